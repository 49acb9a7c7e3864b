import { identityApiRef, useApi } from '@backstage/frontend-plugin-api';
import { useQuery } from '@tanstack/react-query';

/** The refs of the person looking and of their groups, in lower case; empty until known. */
export function useOwnership(): string[] {
  const identity = useApi(identityApiRef);
  const { data } = useQuery({
    queryKey: ['ownership'],
    queryFn: () => identity.getBackstageIdentity(),
    staleTime: Infinity,
  });
  return (data?.ownershipEntityRefs ?? []).map(ref => ref.toLowerCase());
}
