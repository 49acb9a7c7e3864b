/**
 * Azure DevOps takes an enumeration's value by name, in any case of letters, or by number; Microsoft's own Node client
 * sends numbers.
 */
export interface WireEnum<Name extends string> {
  /** The name, or undefined when the value is neither a name nor a number of this enumeration. */
  parse(value: unknown): Name | undefined;
}

function wireEnum<const Values extends Record<string, number>>(
  values: Values,
): WireEnum<Extract<keyof Values, string>> {
  const byText = new Map<string, string>();
  for (const [name, number] of Object.entries(values)) {
    byText.set(name.toLowerCase(), name);
    byText.set(String(number), name);
  }
  return {
    parse: value =>
      byText.get(String(value).toLowerCase()) as
        | Extract<keyof Values, string>
        | undefined,
  };
}

export const versionControlChangeType = wireEnum({
  add: 1,
  edit: 2,
  rename: 8,
  delete: 16,
});

export const itemContentType = wireEnum({ rawtext: 0, base64encoded: 1 });

export const buildStatus = wireEnum({
  none: 0,
  inProgress: 1,
  completed: 2,
  cancelling: 4,
  postponed: 8,
  notStarted: 32,
  all: 47,
});

export const buildResult = wireEnum({
  none: 0,
  succeeded: 2,
  partiallySucceeded: 4,
  failed: 8,
  canceled: 32,
});

export const buildQueryOrder = wireEnum({
  finishTimeAscending: 2,
  finishTimeDescending: 3,
  queueTimeDescending: 4,
  queueTimeAscending: 5,
  startTimeDescending: 6,
  startTimeAscending: 7,
});

export const versionType = wireEnum({ branch: 0, tag: 1, commit: 2 });

export const recursionLevel = wireEnum({
  none: 0,
  oneLevel: 1,
  oneLevelPlusNestedEmptyFolders: 4,
  full: 120,
});

export const configurationType = wireEnum({
  unknown: 0,
  yaml: 1,
  designerJson: 2,
  justInTime: 3,
  designerHyphenJson: 2,
});
