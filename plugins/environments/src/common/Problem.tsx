import { Alert, Button } from '@backstage/ui';
import { explain } from '../api';

/**
 * An error on a page: what happened, what is safe, what to do next.
 *
 * @param props.doing - what was being tried: "load the environments"
 * @param props.onRetry - offers to try again
 */
export function Problem(props: {
  error: unknown;
  doing: string;
  onRetry?: () => void;
}) {
  const { title, advice } = explain(props.error, props.doing);
  return (
    <Alert
      status="danger"
      icon
      role="alert"
      title={title}
      description={advice}
      customActions={
        props.onRetry && (
          <Button size="small" variant="secondary" onPress={props.onRetry}>
            Try again
          </Button>
        )
      }
    />
  );
}
