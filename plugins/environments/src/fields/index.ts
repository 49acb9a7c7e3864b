export { environmentFields, formFields } from './fields';
