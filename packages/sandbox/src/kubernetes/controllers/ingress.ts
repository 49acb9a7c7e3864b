import { KubeObject } from '../objects/meta';
import { TYPES } from '../schema/builtin';
import { Change } from '../store/store';
import { Controller, ControllerContext, ownKey } from './controller';
import { Key } from './queue';

interface Ingress extends KubeObject {
  status?: { loadBalancer?: { ingress?: object[] } };
}

/** Gives Ingresses the address of the ingress controller that a real cluster would run. */
export class IngressController extends Controller {
  constructor(context: ControllerContext) {
    super('ingress-controller', context);
  }

  keys(change: Change): Key[] {
    return ownKey(change, TYPES.ingresses);
  }

  reconcile({ namespace, name }: Key) {
    const ingress = this.store.get<Ingress>(TYPES.ingresses, namespace, name);
    if (!ingress || ingress.status?.loadBalancer?.ingress?.length) return;
    const loadBalancer = { ingress: [{ ip: '127.0.0.1' }] };
    this.setStatus(TYPES.ingresses, ingress, { loadBalancer });
  }
}
