import type {
  Condition,
  KubeObject,
  LabelSelector,
} from '../../kubernetes/objects/meta';

// The Gateway API v1, as far as the sandbox reads it: https://gateway-api.sigs.k8s.io/reference/spec/

export interface GatewayClass extends KubeObject {
  spec: { controllerName: string };
  status?: { conditions?: Condition[] };
}

export interface Listener {
  name: string;
  hostname?: string;
  port: number;
  protocol: string;
  allowedRoutes?: {
    namespaces?: {
      from?: 'All' | 'Same' | 'Selector';
      selector?: LabelSelector;
    };
  };
}

export interface GatewayObject extends KubeObject {
  spec: { gatewayClassName: string; listeners: Listener[] };
  status?: {
    addresses?: { type: string; value: string }[];
    conditions?: Condition[];
    listeners?: {
      name: string;
      attachedRoutes: number;
      supportedKinds: { group: string; kind: string }[];
      conditions: Condition[];
    }[];
  };
}

export interface ParentRef {
  group?: string;
  kind?: string;
  namespace?: string;
  name: string;
  sectionName?: string;
  port?: number;
}

export interface HttpMatch {
  path?: { type?: string; value?: string };
  method?: string;
  headers?: NameAndValue[];
  queryParams?: NameAndValue[];
}

export interface NameAndValue {
  type?: string;
  name: string;
  value: string;
}

export interface BackendRef {
  group?: string;
  kind?: string;
  namespace?: string;
  name: string;
  port?: number;
  /** 1 when it is left out. */
  weight?: number;
  filters?: object[];
}

export interface HttpRule {
  matches?: HttpMatch[];
  filters?: object[];
  backendRefs?: BackendRef[];
}

export interface ParentStatus {
  parentRef: ParentRef;
  controllerName: string;
  conditions: Condition[];
}

export interface HttpRoute extends KubeObject {
  spec: { parentRefs?: ParentRef[]; hostnames?: string[]; rules?: HttpRule[] };
  status?: { parents?: ParentStatus[] };
}
