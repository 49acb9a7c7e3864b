import type { PlanCounts as Counts } from '@moorline/api/client';
import styles from './Run.module.css';

/** What Terraform planned, as it says it: additions, changes and destructions. */
export function PlanCounts({ plan }: { plan: Counts }) {
  return (
    <span
      className={styles.plan}
      role="img"
      aria-label={`Planned: ${plan.add} to add, ${plan.change} to change, ${plan.destroy} to destroy`}
      title="What Terraform planned: to add, to change, to destroy"
    >
      <span data-kind="add" data-some={plan.add > 0 || undefined}>
        + {plan.add}
      </span>
      <span data-kind="change" data-some={plan.change > 0 || undefined}>
        ~ {plan.change}
      </span>
      <span data-kind="destroy" data-some={plan.destroy > 0 || undefined}>
        − {plan.destroy}
      </span>
    </span>
  );
}
