export { EnvironmentsPage } from './EnvironmentsPage';
export { useOwnership } from './useOwnership';
