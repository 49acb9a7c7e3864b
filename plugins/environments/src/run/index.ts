export { RunAgain } from './RunAgain';
export { RunTab } from './RunTab';
export { StageStrip } from './StageStrip';
export { PlanCounts } from './PlanCounts';
