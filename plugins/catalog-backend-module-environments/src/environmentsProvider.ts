import type { LoggerService } from '@backstage/backend-plugin-api';
import type {
  EntityProvider,
  EntityProviderConnection,
} from '@backstage/plugin-catalog-node';
import type { EnvironmentRecord } from '@moorline/api/client';
import { environmentEntity } from './environmentEntity';

/** Where environments are read. */
export interface EnvironmentSource {
  list(): Promise<EnvironmentRecord[]>;
  /** Undefined when there is none of this name. */
  get(name: string): Promise<EnvironmentRecord | undefined>;
}

/**
 * Keeps environments in the catalog: all of them from time to time, and one as soon as it is said to have changed. News
 * of an environment that is being read already is taken together into one more read.
 */
export class EnvironmentsProvider implements EntityProvider {
  #connection: EntityProviderConnection | undefined;
  /** The environments being read; true when there is newer news. */
  readonly #reading = new Map<string, boolean>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly source: EnvironmentSource,
    private readonly logger: LoggerService,
  ) {}

  getProviderName(): string {
    return 'moorline-environments';
  }

  async connect(connection: EntityProviderConnection): Promise<void> {
    this.#connection = connection;
  }

  /** Makes the catalog's environments those of the source. @throws When the source or the catalog cannot be reached. */
  async refreshAll(): Promise<void> {
    await this.#inTurn(async () => {
      const environments = await this.source.list();
      await this.#connection?.applyMutation({
        type: 'full',
        entities: environments.map(environment => this.#deferred(environment)),
      });
    });
  }

  /** Brings one environment up to date. Never throws: what is missed now comes with the next {@link refreshAll}. */
  async refresh(name: string): Promise<void> {
    if (this.#reading.has(name)) {
      this.#reading.set(name, true);
      return;
    }
    do {
      this.#reading.set(name, false);
      await this.#inTurn(() => this.#readOne(name)).catch(error =>
        this.logger.warn(`The catalog could not read ${name}`, error),
      );
    } while (this.#reading.get(name));
    this.#reading.delete(name);
  }

  async #readOne(name: string): Promise<void> {
    const environment = await this.source.get(name);
    await this.#connection?.applyMutation({
      type: 'delta',
      added: environment ? [this.#deferred(environment)] : [],
      removed: environment ? [] : [{ entityRef: `resource:default/${name}` }],
    });
  }

  /** Reading and writing as one, so that what was read earlier is never written later. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => {});
    return mine;
  }

  #deferred(environment: EnvironmentRecord) {
    return {
      entity: environmentEntity(environment),
      locationKey: this.getProviderName(),
    };
  }
}
