/** The text at a path; undefined where there is none. */
export function textAt(value, path) {
    const found = path.length === 0 ? undefined : valueAt(value, path);
    return typeof found === 'string' && found !== '' ? found : undefined;
}
/** The list at a path; empty where there is none. */
export function listAt(value, path) {
    const found = valueAt(value, path);
    return Array.isArray(found) ? found : [];
}
function valueAt(value, path) {
    let found = value;
    for (const key of path) {
        if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key))
            return undefined;
        found = Reflect.get(found, key);
    }
    return found;
}
//# sourceMappingURL=json-path.js.map