export { ArrivingPage } from './ArrivingPage';
export { Creation } from './Creation';
export { useCreationTask } from './useCreationTask';
