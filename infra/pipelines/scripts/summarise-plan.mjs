// node summarise-plan.mjs FILE: reads `terraform show -json` of a plan and writes what changes, without any value.
// Counts are Terraform's own: a replacement is one to add and one to destroy. Output variables of the step: `changes`, whether
// there is anything to apply (also a value that moves in the state, or an output), and `cluster`, whether a cluster goes.
import fs from 'node:fs';

const [file] = process.argv.slice(2);
const plan = JSON.parse(fs.readFileSync(0, 'utf8'));

const changes = (plan.resource_changes ?? [])
  .filter(({ mode, change }) => {
    const nothing = ['no-op', 'read'].includes(change.actions.join());
    return mode === 'managed' && !nothing;
  })
  .map(({ address, type, change }) => ({
    address,
    type,
    actions: change.actions,
  }));

const count = action =>
  changes.filter(({ actions }) => actions.includes(action)).length;
const summary = {
  add: count('create'),
  change: count('update'),
  destroy: count('delete'),
  changes,
};
fs.writeFileSync(file, `${JSON.stringify(summary, undefined, 2)}\n`);

const { add, change, destroy } = summary;
console.log(`Plan: ${add} to add, ${change} to change, ${destroy} to destroy.`);

const output = (name, value) =>
  console.log(`##vso[task.setvariable variable=${name};isOutput=true]${value}`);
output('changes', plan.applyable);
output(
  'cluster',
  changes.some(
    ({ type, actions }) =>
      type === 'azurerm_kubernetes_cluster' && actions.includes('delete'),
  ),
);
