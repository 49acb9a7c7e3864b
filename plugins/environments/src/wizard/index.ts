export { CreatePage } from './CreatePage';
export { CREATE_TEMPLATE } from './template';
