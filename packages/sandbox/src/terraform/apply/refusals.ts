import { STATUS_CODES } from 'http';
import { parseId } from '../rules/resource-id';
import { Problem, Refusal, TypeRules } from '../rules/type-rules';

/** What the provider calls a resource in its messages: its kind, and where it is. */
export function describe(rules: TypeRules, id: string): string {
  const { subscriptionId, resourceGroup, lastName } = parseId(id);
  if (!subscriptionId) {
    return `${rules.title} ${JSON.stringify(id)}`;
  }
  const parts = [`Subscription: ${JSON.stringify(subscriptionId)}`];
  if (resourceGroup) {
    parts.push(`Resource Group Name: ${JSON.stringify(resourceGroup)}`);
  }
  if (rules.title !== 'Resource Group') {
    parts.push(`${rules.title} Name: ${JSON.stringify(lastName)}`);
  }
  return `${rules.title} (${parts.join('\n')})`;
}

/** The provider's message of a refusal. */
export function toProblem(
  refusal: Refusal,
  doing: 'creating' | 'updating' | 'deleting' | 'retrieving',
  rules: TypeRules,
  id: string,
): Problem {
  if (!('status' in refusal)) {
    return { summary: refusal.message };
  }
  const { status, code, message } = refusal;
  const call = {
    creating: 'CreateOrUpdate',
    updating: 'CreateOrUpdate',
    deleting: 'Delete',
    retrieving: 'Get',
  }[doing];
  return {
    summary: `${doing} ${describe(
      rules,
      id,
    )}: performing ${call}: unexpected status ${status} (${status} ${
      STATUS_CODES[status]
    }) with error: ${code}: ${message}`,
  };
}
