import { Router } from 'express';
import { asList } from './wire/list';
import { sameName } from './store/organization-store';
import { RESOURCE_LOCATIONS } from './wire/resource-locations';

/** How clients find resources: `OPTIONS _apis`, `OPTIONS _apis/{area}`, `GET _apis/ResourceAreas`. */
export function createDiscoveryRouter(): Router {
  const router = Router();
  router.options('/', (_request, response) => {
    response.json(asList([...RESOURCE_LOCATIONS]));
  });
  router.options('/:area{/*rest}', (request, response) => {
    response.json(
      asList(
        RESOURCE_LOCATIONS.filter(({ area }) =>
          sameName(request.params.area, area),
        ),
      ),
    );
  });
  // All areas are on this host, which Azure DevOps Server says by having none.
  router.get('/ResourceAreas', (_request, response) => {
    response.json({ count: 0, value: null });
  });
  router.get('/ResourceAreas/:area', (_request, response) => {
    response.json(null);
  });
  return router;
}
