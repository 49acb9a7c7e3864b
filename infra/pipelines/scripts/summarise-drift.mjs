// node summarise-drift.mjs FILE ENVIRONMENT: reads `terraform show -json` of a plan and writes, without any value,
//   { environment, checkedAt, changed, deleted, resources: [{ address, type, action: 'changed' | 'deleted', attributes }] }
// Drift is what differs from the last apply (Azure fills in much by itself afterwards) and what a plan would put right.
import fs from 'node:fs';
import { isDeepStrictEqual } from 'node:util';

const [file, environment] = process.argv.slice(2);
const plan = JSON.parse(fs.readFileSync(0, 'utf8'));

const drifted = new Map(
  (plan.resource_drift ?? []).map(({ address, change }) => [address, change]),
);

/** Names of the attributes that other hands changed and that a plan would change back. */
const attributesOf = ({ address, change }) =>
  Object.keys(change.after ?? {})
    .filter(name => {
      const drift = drifted.get(address);
      return (
        !isDeepStrictEqual(drift.before?.[name], drift.after?.[name]) &&
        !isDeepStrictEqual(change.before?.[name], change.after[name])
      );
    })
    .sort();

const resources = (plan.resource_changes ?? [])
  .filter(({ address, mode, change }) => {
    const nothing = ['no-op', 'read'].includes(change.actions.join());
    return mode === 'managed' && !nothing && drifted.has(address);
  })
  .map(resource =>
    drifted.get(resource.address).after === null
      ? { action: 'deleted', attributes: [], ...resource }
      : { action: 'changed', attributes: attributesOf(resource), ...resource },
  )
  // What is merely filled in differently beside a change of the code is no drift.
  .filter(({ action, attributes }) => action === 'deleted' || attributes.length)
  .map(({ address, type, action, attributes }) => ({
    address,
    type,
    action,
    attributes,
  }));

const count = action =>
  resources.filter(resource => resource.action === action).length;
const drift = {
  environment,
  checkedAt: plan.timestamp,
  changed: count('changed'),
  deleted: count('deleted'),
  resources,
};
fs.writeFileSync(file, `${JSON.stringify(drift, undefined, 2)}\n`);

for (const { address, action, attributes } of resources) {
  const what = attributes.length ? ` (${attributes.join(', ')})` : '';
  console.log(
    `##vso[task.logissue type=warning]${address} was ${action} by other hands${what}.`,
  );
}
// One line, for those who read logs more easily than artifacts.
console.log(`drift.json: ${JSON.stringify(drift)}`);
