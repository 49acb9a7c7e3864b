export { isEnvironment, environmentName } from './filter';
