export { ClusterNetwork } from './cluster-network';
export { HttpGateway } from './gateway/http-gateway';
export {
  freeAddress,
  LOOPBACK_RANGES,
  loopbackAddress,
  sharedAddress,
} from './loopback';
