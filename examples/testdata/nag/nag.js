// Runs cdk-nag's AwsSolutions pack over templates: node nag.js TEMPLATE...
//
// cdk-nag 3 does not read the suppressions that version 2 kept in a template's metadata, so they are applied here: a
// finding of a rule that its resource's cdk_nag metadata names, with a reason, is listed as accepted. Exit status 1 if any
// other is left, 2 if a template cannot be read.
const fs = require('fs');
const os = require('os');
const path = require('path');
const cdk = require('aws-cdk-lib');
const { CfnInclude } = require('aws-cdk-lib/cloudformation-include');
const { AwsSolutionsChecks } = require('cdk-nag');

const files = process.argv.slice(2);
if (files.length === 0) {
  console.error('usage: node nag.js TEMPLATE...');
  process.exit(2);
}

let left = 0;
for (const file of files) {
  const template = JSON.parse(fs.readFileSync(file, 'utf8'));
  delete template.Parameters?.BootstrapVersion;
  delete template.Rules?.CheckBootstrapVersion;
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'nag-'));
  const plain = path.join(dir, 'template.json');
  fs.writeFileSync(plain, JSON.stringify(template));

  const app = new cdk.App({ outdir: path.join(dir, 'out'), analyticsReporting: false });
  const stack = new cdk.Stack(app, 'Nag', { synthesizer: new cdk.LegacyStackSynthesizer() });
  new CfnInclude(stack, 'Template', { templateFile: plain });
  cdk.Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const log = console.log;
  const error = console.error;
  console.log = console.error = () => {};
  try {
    app.synth();
  } catch {
    // Findings fail the synthesis; the report is written all the same.
  } finally {
    console.log = log;
    console.error = error;
  }
  process.exitCode = 0;

  const report = JSON.parse(fs.readFileSync(path.join(dir, 'out', 'validation-report.json'), 'utf8'));
  let seen = 0;
  for (const plugin of report.pluginReports ?? []) {
    for (const violation of plugin.violations ?? []) {
      for (const at of violation.violatingResources ?? violation.violatingConstructs ?? []) {
        seen++;
        const id = at.resourceLogicalId ?? path.basename(at.constructPath ?? at.resourceName ?? '');
        const rule = violation.ruleName;
        const accepted = (template.Resources[id]?.Metadata?.cdk_nag?.rules_to_suppress ?? [])
          .find((s) => s.reason && (s.applies_to
            ? s.applies_to.some((a) => rule === `${s.id}[${a}]`)
            : rule === s.id || rule.startsWith(s.id + '[')));
        if (accepted) {
          console.log(`${file}: ${id}: ${rule} accepted: ${accepted.reason}`);
        } else {
          console.log(`${file}: ${id}: ${rule}: ${violation.description}`);
          left++;
        }
      }
    }
  }
  console.log(`${file}: ${Object.keys(template.Resources).length} resources, ${seen} findings`);
  fs.rmSync(dir, { recursive: true });
}
process.exit(left > 0 ? 1 : 0);
