import { useApi } from '@backstage/frontend-plugin-api';
import { scaffolderApiRef } from '@backstage/plugin-scaffolder-react';
import { useQuery } from '@tanstack/react-query';
import { CREATE_TEMPLATE } from '../wizard/template';

/**
 * The id of the scaffolder task that creates an environment, when only the name is
 * known: the newest of one's own tasks that gave this name.
 *
 * @param name - of the environment
 * @param given - the id, when the address has it; then nothing is asked
 */
export function useCreationTask(name: string, given?: string) {
  const scaffolder = useApi(scaffolderApiRef);
  const found = useQuery({
    queryKey: ['creation-task', name],
    enabled: given === undefined,
    queryFn: async () => {
      const { tasks } = await scaffolder.listTasks({
        filterByOwnership: 'owned',
        limit: 50,
      });
      const own = tasks
        .filter(
          ({ spec }) =>
            spec.templateInfo?.entityRef === CREATE_TEMPLATE &&
            spec.parameters?.name === name,
        )
        .sort((a, b) => b.createdAt.localeCompare(a.createdAt));
      // A query may not answer undefined.
      return own[0]?.id ?? '';
    },
  });
  return {
    taskId: given ?? (found.data || undefined),
    isPending: given === undefined && found.isPending,
  };
}
