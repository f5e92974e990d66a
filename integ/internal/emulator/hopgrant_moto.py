"""moto's server with what a fan-out needs and moto lacks.

Run as `python hopgrant_moto.py PORT`; the harness in this folder's parent does that. Everything below changes moto in this
process only, and each part says what of moto it mends:

  CloudFormation   AWS::SQS::QueuePolicy, AWS::SNS::TopicPolicy and AWS::SNS::Subscription are skipped; policies of keys and
                   inline ones of roles are kept as maps, which is not what their APIs return; FIFO queues and topics
                   without a name get one without ".fifo"; a stack cannot be deleted when one of its queues is gone
  SQS              a queue with a key says that SSE-SQS is on too; SetQueueAttributes without a policy removes the policy;
                   one consumer's delete can lose another's send; a FIFO queue forgets a message as soon as it is deleted
  SNS              subscription dead-letter queues are ignored; a subscription made from another account never delivers

THE DELIVERY HOOK IS NO EVIDENCE ABOUT AWS. moto delivers from SNS to SQS whatever the queue policy and the key policy say.
With HOPGRANT_SIMULATE set, each delivery is first put to `hopgrant simulate`, and a delivery of which one call is not
allowed does not happen. A message that is lost this way was lost because hopgrant said so: the hook demonstrates
hopgrant's verdicts on what was really deployed, and shows nothing about what AWS would do.

Environment:
  HOPGRANT_SIMULATE   the hopgrant program; unset: deliver without asking
  HOPGRANT_CALLS      a JSON file: the calls of a delivery by kind of resource, as hopgrant's own table has them
  HOPGRANT_LOG        a file that gets one JSON line for each delivery that did not happen
"""

import functools
import json
import os
import re
import subprocess
import sys
import threading
import time

from moto.cloudformation import responses as cloudformation
from moto.cloudformation.exceptions import ValidationError
from moto.core.common_models import CloudFormationModel
from moto.iam.models import Role
from moto.kms.models import KmsBackend, kms_backends
from moto.sns import models as sns
from moto.sqs import models as sqs
from moto.utilities.arns import parse_arn


# --- CloudFormation: the three missing resource types --------------------------------------------------------------------


class Resource:
    """A resource whose whole life is: apply its properties, and withdraw them again.

    moto finds the models of resources among the direct subclasses of its own class, and their service in the module name.
    """

    __module__ = "moto.hopgrant"

    def __init__(self, name, properties, account, region):
        self.name = name
        self.properties = properties
        self.account = account
        self.region = region
        self.apply()

    @property
    def physical_resource_id(self):
        return self.name

    @staticmethod
    def cloudformation_name_type():
        return ""

    @classmethod
    def has_cfn_attr(cls, attr):
        return False

    def get_cfn_attribute(self, attribute_name):
        from moto.cloudformation.exceptions import UnformattedGetAttTemplateException

        raise UnformattedGetAttTemplateException()

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name, cloudformation_json, account_id, region_name, **kwargs
    ):
        return cls(
            resource_name, cloudformation_json["Properties"], account_id, region_name
        )

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource,
        new_resource_name,
        cloudformation_json,
        account_id,
        region_name,
    ):
        original_resource.withdraw()
        return cls(
            original_resource.name,
            cloudformation_json["Properties"],
            account_id,
            region_name,
        )

    def delete(self, account_id, region_name):
        self.withdraw()


class QueuePolicy(Resource, CloudFormationModel):
    __module__ = "moto.hopgrant"

    @staticmethod
    def cloudformation_type():
        return "AWS::SQS::QueuePolicy"

    def queues(self):
        for url in self.properties["Queues"]:
            name = url.rsplit("/", 1)[-1]
            yield sqs.sqs_backends[self.account][self.region].get_queue(name)

    def apply(self):
        for queue in self.queues():
            queue.policy = json.dumps(self.properties["PolicyDocument"])

    def withdraw(self):
        try:
            for queue in self.queues():
                queue.policy = None
        except sqs.QueueDoesNotExist:
            pass  # deleted before its policy


class TopicPolicy(Resource, CloudFormationModel):
    __module__ = "moto.hopgrant"

    @staticmethod
    def cloudformation_type():
        return "AWS::SNS::TopicPolicy"

    def apply(self):
        for arn in self.properties["Topics"]:
            topic = sns.sns_backends[self.account][self.region].get_topic(arn)
            topic.policy = json.dumps(self.properties["PolicyDocument"])

    def withdraw(self):
        backend = sns.sns_backends[self.account][self.region]
        for arn in self.properties["Topics"]:
            topic = backend.topics.get(arn)
            if topic is not None:
                topic._policy_json = topic._create_default_topic_policy(
                    self.region, self.account, topic.name
                )


class Subscription(Resource, CloudFormationModel):
    __module__ = "moto.hopgrant"

    @staticmethod
    def cloudformation_type():
        return "AWS::SNS::Subscription"

    @property
    def physical_resource_id(self):
        return self.subscription.arn

    def apply(self):
        p = self.properties
        region = parse_arn(p["TopicArn"]).region
        if p.get("Region", region) != region:
            raise ValidationError(
                message=f"Region {p['Region']} of the subscription is not that of {p['TopicArn']}"
            )
        backend = sns.sns_backends[self.account][region]
        self.backend = backend
        self.subscription = backend.subscribe(
            p["TopicArn"], p["Endpoint"], p["Protocol"]
        )

        def put(name, value):
            backend.set_subscription_attributes(self.subscription.arn, name, value)

        if "FilterPolicyScope" in p:
            put("FilterPolicyScope", p["FilterPolicyScope"])
        for name in ("FilterPolicy", "RedrivePolicy", "DeliveryPolicy"):
            if name in p:
                put(name, json.dumps(p[name]))
        if str(p.get("RawMessageDelivery", False)).lower() == "true":
            put("RawMessageDelivery", True)

    def withdraw(self):
        self.backend.unsubscribe(self.subscription.arn)


_get_stack_from_s3_url = cloudformation.get_stack_from_s3_url


def get_stack_from_s3_url(template_url, **kwargs):
    """Takes URLs of templates in this emulator, which the CDK's command line names by its address."""
    return _get_stack_from_s3_url(
        template_url.replace("//127.0.0.1", "//localhost"), **kwargs
    )


cloudformation.get_stack_from_s3_url = get_stack_from_s3_url


# --- CloudFormation: keys, roles' inline policies, and the names of FIFO queues and topics -------------------------------------------------------

_create_key = KmsBackend.create_key


def create_key(self, policy, *args, **kwargs):
    if isinstance(policy, dict):
        policy = json.dumps(policy)
    return _create_key(self, policy, *args, **kwargs)


KmsBackend.create_key = create_key

_put_policy = Role.put_policy


def put_policy(self, policy_name, policy_json):
    if isinstance(policy_json, dict):
        policy_json = json.dumps(policy_json)
    _put_policy(self, policy_name, policy_json)


Role.put_policy = put_policy


def named_fifo(cls, fifo_property):
    """Gives nameless FIFO resources of a template the suffix that CloudFormation gives them."""
    create = cls.create_from_cloudformation_json.__func__

    def create_from_cloudformation_json(
        cls, resource_name, cloudformation_json, *args, **kwargs
    ):
        fifo = str(cloudformation_json["Properties"].get(fifo_property)).lower()
        if fifo == "true" and not str(resource_name).endswith(".fifo"):
            resource_name = str(resource_name)[:75] + ".fifo"
        return create(cls, resource_name, cloudformation_json, *args, **kwargs)

    cls.create_from_cloudformation_json = classmethod(create_from_cloudformation_json)


_delete_queue = sqs.Queue.delete_from_cloudformation_json.__func__


def delete_queue(cls, *args, **kwargs):
    """Deletes the queue of a stack, unless somebody was faster."""
    try:
        _delete_queue(cls, *args, **kwargs)
    except sqs.QueueDoesNotExist:
        pass


sqs.Queue.delete_from_cloudformation_json = classmethod(delete_queue)

named_fifo(sqs.Queue, "FifoQueue")
named_fifo(sns.Topic, "FifoTopic")

_topic_setattr = sns.Topic.__setattr__


def topic_setattr(self, name, value):
    if name in ("content_based_deduplication", "fifo_topic") and isinstance(value, str):
        value = value.lower() == "true"
    _topic_setattr(self, name, value)


sns.Topic.__setattr__ = topic_setattr


# --- SQS -----------------------------------------------------------------------------------------------------------------

# Every message asks for all attributes of its queue, and spells each name anew.
sqs.camelcase_to_underscores = functools.lru_cache(sqs.camelcase_to_underscores)
sqs.unix_time_millis = lambda: time.time() * 1000

_attributes = sqs.Queue.attributes.fget


def attributes(self):
    """Attributes of a queue with a key do not say that SQS's own keys encrypt it."""
    result = _attributes(self)
    if self.kms_master_key_id:
        result["SqsManagedSseEnabled"] = "false"
    return result


sqs.Queue.attributes = property(attributes)

_set_queue_attributes = sqs.SQSBackend.set_queue_attributes


def set_queue_attributes(self, queue_name, attributes):
    if "Policy" not in attributes:
        attributes = {**attributes, "Policy": self.get_queue(queue_name).policy}
    return _set_queue_attributes(self, queue_name, attributes)


sqs.SQSBackend.set_queue_attributes = set_queue_attributes


def locked(method):
    """The queue's messages are replaced by a copy on delete; whatever is sent meanwhile would be lost."""

    def with_lock(self, *args, **kwargs):
        with self._messages_lock:
            return method(self, *args, **kwargs)

    return with_lock


_add_message = sqs.Queue.add_message


def add_message(self, message):
    """Takes a message of a FIFO queue once in five minutes, also when it was deleted meanwhile."""
    if self.fifo_queue and message.deduplication_id:
        seen = self.__dict__.setdefault("deduplication_ids", {})
        now = time.monotonic()
        if now - seen.get(message.deduplication_id, -1e9) < 300:
            return
        seen[message.deduplication_id] = now
    _add_message(self, message)


sqs.Queue.add_message = locked(add_message)
sqs.Queue.delete_message = locked(sqs.Queue.delete_message)

_receive_message = sqs.SQSBackend.receive_message


def receive_message(self, queue_name, count, wait_seconds_timeout, *args, **kwargs):
    """Receives under the queue's lock, and waits for messages outside of it."""
    queue = self.get_queue(queue_name)
    end = time.monotonic() + int(wait_seconds_timeout or 0)
    while True:
        with queue._messages_lock:
            messages = _receive_message(self, queue_name, count, 0, *args, **kwargs)
        if messages or time.monotonic() >= end:
            return messages
        time.sleep(0.02)


sqs.SQSBackend.receive_message = receive_message


# --- SNS: subscriptions from other accounts ------------------------------------------------------------------------------

_subscribe = sns.SNSBackend.subscribe
_unsubscribe = sns.SNSBackend.unsubscribe


def topic_owner(backend, topic_arn):
    return sns.sns_backends[parse_arn(topic_arn).account][backend.region_name]


def subscribe(self, topic_arn, endpoint, protocol):
    """Files the subscription with the topic's account, whose Publish looks for it, and with the subscriber's."""
    subscription = _subscribe(self, topic_arn, endpoint, protocol)
    topic_owner(self, topic_arn).subscriptions[subscription.arn] = subscription
    return subscription


def unsubscribe(self, subscription_arn):
    subscription = self.subscriptions.get(subscription_arn)
    if subscription is not None:
        for backend in (
            topic_owner(self, subscription.topic.arn),
            sns.sns_backends[subscription.account_id][self.region_name],
        ):
            _unsubscribe(backend, subscription_arn)


sns.SNSBackend.subscribe = subscribe
sns.SNSBackend.unsubscribe = unsubscribe

# Nobody checks these signatures: one short key for all subscriptions is enough, and fast.
_key = sns.rsa.generate_private_key(public_exponent=65537, key_size=1024)
sns.Subscription.private_key = lambda self: _key


# --- SNS: deliveries, asked for and with dead-letter queues --------------------------------------------------------------

delivering = threading.local()
_publish = sns.Subscription.publish


def publish(self, *args, **kwargs):
    delivering.subscription = self
    try:
        _publish(self, *args, **kwargs)
    finally:
        delivering.subscription = None


sns.Subscription.publish = publish


class Accounts:
    """Stands for moto's SQS backends by account and Region in moto.sns, and returns a Delivery while one is under way."""

    def __init__(self, backends, account=None):
        self.backends = backends
        self.account = account

    def __getitem__(self, key):
        if self.account is None:
            return Accounts(self.backends, key)
        if getattr(delivering, "subscription", None) is None:
            return self.backends[self.account][key]
        return Delivery(delivering.subscription)


sns.sqs_backends = Accounts(sqs.sqs_backends)


class Delivery:
    def __init__(self, subscription):
        self.subscription = subscription

    def send_message(self, queue_name, body, **kwargs):
        endpoint = self.subscription.endpoint
        lost = self.attempt("deliver", endpoint, body, kwargs)
        if lost is None:
            return
        redrive = self.subscription.attributes.get("RedrivePolicy")
        if redrive:
            target = json.loads(redrive)["deadLetterTargetArn"]
            log({**lost, "deadLetterQueue": target})
            lost = self.attempt("dead-letter", target, body, kwargs)
        if lost is not None:
            log(lost)

    def attempt(self, kind, queue_arn, body, kwargs):
        """Sends to the queue and returns None, or returns why not."""
        topic = self.subscription.topic
        lost = {"hop": kind, "topic": topic.arn, "queue": queue_arn}
        arn = parse_arn(queue_arn)
        backend = sqs.sqs_backends[arn.account][arn.region]
        try:
            queue = backend.get_queue(arn.resource_id)
        except sqs.QueueDoesNotExist:
            return {**lost, "why": "the queue does not exist"}
        denied = verdicts.denied(topic, queue)
        if denied:
            return {**lost, "why": "hopgrant: " + "; ".join(denied)}
        backend.send_message(queue.name, body, **kwargs)
        return None


def log(entry):
    path = os.environ.get("HOPGRANT_LOG")
    if path:
        with log_lock, open(path, "a") as f:
            f.write(json.dumps(entry) + "\n")


log_lock = threading.Lock()


class Verdicts:
    """Asks hopgrant about deliveries; the same question with the same documents is asked once."""

    def __init__(self):
        self.program = os.environ.get("HOPGRANT_SIMULATE")
        self.answers = {}
        self.lock = threading.Lock()
        if self.program:
            with open(os.environ["HOPGRANT_CALLS"]) as f:
                self.table = f.read()

    def denied(self, topic, queue):
        """The calls of a delivery from the topic to the queue that are not allowed, in words."""
        if not self.program:
            return []
        requests = self.requests(topic, queue)
        question = "\n".join(json.dumps(r, sort_keys=True) for r in requests) + "\n"
        with self.lock:
            if question not in self.answers:
                self.answers[question] = self.ask(question, requests)
            return self.answers[question]

    def table_for(self, topic, queue):
        """hopgrant's table of calls with this topic and this queue in it."""
        table = json.loads(self.table)
        actual = {
            table["topic"]: topic.arn,
            table["queue"]: queue.queue_arn,
            table["account"]: queue.account_id,
            table["region"]: queue.region,
        }
        longest_first = sorted(actual, key=len, reverse=True)
        pattern = "|".join(re.escape(what) for what in longest_first)
        table = json.loads(re.sub(pattern, lambda m: actual[m.group()], self.table))
        for call in table["calls"]:
            if "aws:SourceAccount" in call["context"]:
                call["context"]["aws:SourceAccount"] = [topic.account_id]
        return table

    def requests(self, topic, queue):
        table = self.table_for(topic, queue)
        targets = {"queue": (queue.queue_arn, queue.account_id, queue.policy)}
        if queue.kms_master_key_id:
            targets["key"] = key_of(queue, table["awsManagedKeyPolicy"])
        requests = []
        for call in table["calls"]:
            if call["on"] not in targets:
                continue
            resource, owner, policy = targets[call["on"]]
            requests.append(
                {
                    "id": str(len(requests)),
                    "request": {
                        "principal": table["principal"],
                        "action": call["action"],
                        "resource": resource,
                        "resourceAccount": owner,
                        "context": call["context"],
                    },
                    "resourcePolicy": json.loads(policy) if policy else None,
                }
            )
        return requests

    def ask(self, question, requests):
        run = subprocess.run(
            [self.program, "simulate"],
            input=question,
            capture_output=True,
            text=True,
            timeout=60,
        )
        answers = [json.loads(line) for line in run.stdout.splitlines() if line]
        if run.returncode != 0 or len(answers) != len(requests):
            return [f"hopgrant simulate failed: {run.stderr.strip()}"]
        return [
            f"{r['request']['action']} on {r['request']['resource']} is {a['decision']}: {a['explanation']}"
            for r, a in zip(requests, answers)
            if a["decision"] != "allowed"
        ]


def key_of(queue, aws_managed_policy):
    """ARN, account and policy of the queue's key."""
    name = queue.kms_master_key_id
    alias = name[name.index("alias/") :] if "alias/" in name else None
    if alias == "alias/aws/sqs":
        # moto has no AWS managed keys; the policy is the one that hopgrant has for it
        arn = f"arn:aws:kms:{queue.region}:{queue.account_id}:{alias}"
        return arn, queue.account_id, json.dumps(aws_managed_policy)
    owner, region = queue.account_id, queue.region
    if name.startswith("arn:"):
        owner, region = parse_arn(name).account, parse_arn(name).region
    backend = kms_backends[owner][region]
    key = backend.keys[backend.get_key_id(alias or name)]
    return key.arn, owner, key.policy


verdicts = Verdicts()


def end_with_parent():
    """Ends this process when whoever started it has closed its standard input, or is gone."""
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    from moto.server import main

    threading.Thread(target=end_with_parent, daemon=True).start()
    main(["-H", "127.0.0.1", "-p", sys.argv[1]])
