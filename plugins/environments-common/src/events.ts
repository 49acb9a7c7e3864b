/** Where the backend tells other plugins that an environment or one of its runs changed. */
export const ENVIRONMENTS_TOPIC = 'moorline.environments';

/** What is told: which environment. Readers ask the API for the rest, so that they never act on old news. */
export interface EnvironmentChangedEvent {
  name: string;
}
