import { Router } from 'express';
import { mkdirSync } from 'fs';
import path from 'path';
import type { ResourceStore } from '../resources';
import { Gatekeeper } from './access/gatekeeper';
import { SignedTokens } from './access/signed-tokens';
import { Subjects } from './access/subjects';
import { tokenRouter } from './access/token-router';
import { answerErrors } from './errors';
import { ImageAnswer, ImageFinder } from './images';
import { Uploads } from './layout/uploads';
import { protocolRouter } from './protocol/router';
import { RegistryDirectory } from './registry-directory';

/** Options of {@link createRegistries}. */
export interface RegistriesOptions {
  resources: ResourceStore;
  /** Folder that keeps what was pushed. */
  folder: string;
  /** The sandbox's own address, `https://localhost:7443`. */
  baseUrl: string;
  /** The bearer token of the sandbox's Resource Manager, which opens every registry. */
  armToken: string;
}

/** The registries of the sandbox. */
export interface Registries {
  /** Handles `/v2/…` and `/oauth2/…` and passes everything else on. */
  router: Router;
  /**
   * What a node finds that pulls an image.
   * @param puller - object id of the identity it pulls with, which needs a role for it; left out: all is open
   * @returns undefined when the name is not of one of these registries
   */
  image(name: string, puller?: string): ImageAnswer | undefined;
  /** Stops following the resources; what was pushed is on disk. */
  stop(): void;
}

/**
 * Serves the OCI distribution protocol for every container registry in the resource store, at
 * `localhost:<port>/<registry>/<repository>`. A registry goes with its resource, and what it holds with it.
 */
export function createRegistries(options: RegistriesOptions): Registries {
  const { resources, folder, baseUrl, armToken } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const registries = new RegistryDirectory(
    resources,
    path.join(folder, 'registries'),
  );
  const tokens = new SignedTokens(path.join(folder, 'signing-key'));
  const gatekeeper = new Gatekeeper({
    subjects: new Subjects(resources),
    tokens,
    armToken,
    baseUrl,
  });

  const finder = new ImageFinder(registries, resources, gatekeeper.service);

  const room = Router();
  room.use(tokenRouter(gatekeeper, tokens));
  room.use(
    protocolRouter({
      registries,
      gatekeeper,
      uploads: new Uploads(path.join(folder, 'uploads')),
    }),
  );
  room.use(answerErrors);

  const router = Router();
  router.use((request, response, next) => {
    if (/^\/(v2|oauth2)(\/|$)/.test(request.path)) {
      room(request, response, next);
    } else {
      next();
    }
  });
  return {
    router,
    image: (name, puller) => finder.find(name, puller),
    stop: () => registries.stop(),
  };
}
