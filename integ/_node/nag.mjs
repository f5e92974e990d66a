// Runs cdk-nag's AwsSolutions rules over CloudFormation templates and prints one JSON object for each finding.
//
//   node nag.mjs TEMPLATE.json...
//
// A finding that the template itself gives a reason for, in a resource's metadata cdk_nag, has that reason in "suppressed".
// Exit status 0 whether or not there are findings; anything else means that the rules did not run.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { App, DefaultStackSynthesizer, Stack } from "aws-cdk-lib";
import { CfnInclude } from "aws-cdk-lib/cloudformation-include";
import { AwsSolutionsChecks } from "cdk-nag";

const scratch = mkdtempSync(join(tmpdir(), "hopgrant-nag-"));
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));

function findings(file) {
  // The parameter and the rule about the CDK's bootstrap version would be made twice.
  const template = JSON.parse(readFileSync(file, "utf8"));
  delete template.Parameters?.BootstrapVersion;
  delete template.Rules?.CheckBootstrapVersion;
  const cleaned = join(scratch, basename(file));
  writeFileSync(cleaned, JSON.stringify(template));

  const app = new App({ outdir: join(scratch, "cdk.out") });
  const stack = new Stack(app, "Checked", {
    synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }),
  });
  new CfnInclude(stack, "Template", { templateFile: cleaned });
  const report = new AwsSolutionsChecks(app).validateScope(app);
  return report.violations.flatMap(({ ruleName, description, violatingResources }) =>
    violatingResources.map(({ constructPath }) => {
      const resource = basename(constructPath);
      const reasons = template.Resources[resource]?.Metadata?.cdk_nag?.rules_to_suppress ?? [];
      const suppressed = reasons.find(({ id, reason }) => id === ruleName && reason)?.reason;
      return { file, rule: ruleName, resource, description, suppressed };
    }),
  );
}

for (const file of process.argv.slice(2)) {
  for (const finding of findings(file)) {
    console.log(JSON.stringify(finding));
  }
}
