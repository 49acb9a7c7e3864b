export { JobsPage } from './JobsPage';
export { ParkedJobs } from './ParkedJobs';
export { ParkedNotice } from './ParkedNotice';
