import {} from '@kroot/types';
/** What a rule on the text of manifests says about itself. */
export function manifestMeta(id, title, severity, docs) {
    return { id, title, role: 'fault', severity, reads: [], docs };
}
//# sourceMappingURL=manifest-rule.js.map