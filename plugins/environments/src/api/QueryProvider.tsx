import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { ReactNode, createContext, useContext } from 'react';

let shared: QueryClient | undefined;

function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // What was seen a moment ago is shown at once and refreshed behind.
        staleTime: 1_000,
        retry: (failures, error) => failures < 2 && !isFinal(error),
        refetchOnWindowFocus: true,
        refetchIntervalInBackground: false,
      },
    },
  });
}

/** An answer that asking again does not change: not found, not allowed, not valid. */
function isFinal(error: unknown): boolean {
  const status = (error as { data?: { httpStatus?: number } }).data?.httpStatus;
  return status !== undefined && status >= 400 && status < 500;
}

const OwnClient = createContext<QueryClient | undefined>(undefined);

/**
 * Gives pages, tabs and form fields one cache of answers, so that a tab shows at
 * once what the list already knew. Inside another one it takes that one's cache.
 *
 * @param props.client - a cache of one's own, for tests
 */
export function QueryProvider(props: {
  children: ReactNode;
  client?: QueryClient;
}) {
  const around = useContext(OwnClient);
  const own = props.client ?? around;
  if (!own) shared ??= createQueryClient();
  const client = own ?? shared!;
  return (
    <OwnClient.Provider value={client}>
      <QueryClientProvider client={client}>
        {props.children}
      </QueryClientProvider>
    </OwnClient.Provider>
  );
}
