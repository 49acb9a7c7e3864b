export { buildImage } from './image';
export type { Blob, Image, ImageSource } from './image';
export { RECIPES } from './recipes';
export type { RecipeOptions } from './recipes';
export { parseReference } from './reference';
export type { Reference } from './reference';
export { PushError, RegistryClient } from './registry-client';
export type { Credentials } from './registry-client';
