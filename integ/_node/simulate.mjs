// Decides the requests of a file, one JSON object on each line as hopgrant simulate reads them, with cloud-copilot's
// iam-simulate, and prints one JSON object for each. Only a benchmark runs it, to compare the two as commands.
//
//   node simulate.mjs FILE
import { readFileSync } from "node:fs";
import { runSimulation } from "@cloud-copilot/iam-simulate";

const named = (policies) => policies.map((policy, i) => ({ name: `policy ${i + 1}`, policy }));

const answers = [];
for (const line of readFileSync(process.argv[2], "utf8").split("\n")) {
  if (line === "") continue;
  const { id, request, identityPolicies, resourcePolicy } = JSON.parse(line);
  const answer = await runSimulation(
    {
      request: {
        principal: request.principal,
        action: request.action,
        resource: { resource: request.resource, accountId: request.resource.split(":")[4] },
        contextVariables: request.context,
      },
      identityPolicies: named(identityPolicies),
      resourcePolicy,
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  answers.push(JSON.stringify({ id, decision: answer.overallResult, reasons: answer.result }) + "\n");
}
process.stdout.write(answers.join(""));
