"use strict";
// The functions are documented in calls.go, their types are in jsii.json.
const cdk = require("aws-cdk-lib");
const iam = require("aws-cdk-lib/aws-iam");
const sns = require("aws-cdk-lib/aws-sns");
const sqs = require("aws-cdk-lib/aws-sqs");

const statementsOf = new WeakMap(); // by queue: those that subscribe added
const watchedBy = new WeakMap(); // by attendant: queues, and the constructs that they belong to
const complaining = new WeakSet();

// masterKey returns the KmsMasterKeyId that a queue's template will have.
function masterKey(queue) {
  const resource = queue.node.defaultChild ?? {};
  const properties = { KmsMasterKeyId: resource.kmsMasterKeyId, ...resource.rawOverrides?.Properties };
  return typeof properties.KmsMasterKeyId === "string" ? properties.KmsMasterKeyId : "";
}

class Calls {
  static place(scope, id) {
    const root = scope.node.root;
    const stage = cdk.Stage.of(scope);
    const child = (of) => of.node.tryFindChild(id) ?? null;
    const all = stage && stage !== root ? [root, child(root), stage, child(stage)] : [root, child(root), null, null];
    const stack = scope.node.scopes.findLast(cdk.Stack.isStack);
    return stack ? [...all, stack, stack.account, stack.region, stack.partition] : all;
  }

  static attend(construct) {
    watchedBy.set(construct, []);
    cdk.Aspects.of(construct).add(construct);
    construct.node.addValidation({
      validate: () => {
        const suspicious = watchedBy.get(construct).some(({ queue }) => masterKey(queue).includes("alias/aws/"));
        return suspicious || complaining.has(construct) ? construct.validate() : [];
      },
    });
  }

  static watch(construct, owner, queue) {
    watchedBy.get(construct).push({ owner, queue });
  }

  static complain(construct) {
    complaining.add(construct);
  }

  static topic(scope, props) {
    const topic = new sns.Topic(scope, "Resource", props);
    return [topic, topic.topicArn];
  }

  static queue(attendant, scope, props, deadLetterProps, maxReceiveCount, statements, id, subscription) {
    let dead;
    if (deadLetterProps) {
      dead = new sqs.Queue(scope, "DeadLetterQueue", deadLetterProps);
      props = { ...props, deadLetterQueue: { queue: dead, maxReceiveCount } };
    }
    const queue = new sqs.Queue(scope, "Resource", props);
    const arn = queue.queueArn;
    if (subscription) {
      const own = statements.map((s) => ({ ...s, Resource: arn }));
      Calls.subscribe(queue, own, scope, id, { ...subscription, endpoint: arn });
    }
    Calls.watch(attendant, scope, queue);
    return dead ? [queue, arn, dead, dead.queueArn] : [queue, arn];
  }

  static subscribe(queue, statements, scope, id, props) {
    const subscription = new sns.CfnSubscription(scope, id, props); // first: it may be refused
    const added = statements.map((s) => iam.PolicyStatement.fromJson(s));
    statementsOf.set(queue, [...(statementsOf.get(queue) ?? []), ...added]);
    let policy = queue.node.tryFindChild("Policy");
    for (const s of added) policy = queue.addToResourcePolicy(s).policyDependable;
    if (policy) subscription.node.addDependency(policy);
  }

  static statements(queue) {
    return statementsOf.get(queue) ?? [];
  }

  static masterKeys(construct) {
    return watchedBy.get(construct).flatMap(({ owner, queue }) => [owner, masterKey(queue)]);
  }
}

exports.Calls = Calls;
