export * from './contract';
export { expandPipeline } from './pipeline/expand-pipeline';
