/** The text at a path; undefined where there is none. */
export declare function textAt(value: unknown, path: readonly string[]): string | undefined;
/** The list at a path; empty where there is none. */
export declare function listAt(value: unknown, path: readonly string[]): readonly unknown[];
//# sourceMappingURL=json-path.d.ts.map