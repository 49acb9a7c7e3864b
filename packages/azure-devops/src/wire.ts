/** How Azure DevOps wraps every list (the Swagger shows a bare array). */
export interface List<T> {
  count: number;
  value: T[];
}
