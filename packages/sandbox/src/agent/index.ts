export * from './contract';
export { expandPipeline } from './pipeline/expand-pipeline';
export { runPipeline } from './run/run-pipeline';
