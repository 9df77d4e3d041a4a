import {} from '@kroot/cluster';
import {} from '@kroot/types';
import { controllerOf } from '@kroot/graph';
/** The report with the places in the manifests at which its findings are to be repaired. */
export function locateReport(report, manifests, snapshot) {
    const locate = (target, path) => locateIn(manifests, snapshot, target, path);
    return {
        ...report,
        diagnoses: report.diagnoses.map((diagnosis) => located(diagnosis, locate)),
        unexplained: report.unexplained.map((symptom) => locatedSymptom(symptom, locate)),
    };
}
/** The field that is wrong, where a rule compares several and names none. */
const FIELDS = new Map([
    ['svc-selector-no-match', 'spec.selector'],
    ['svc-selector-partial-extra-key', 'spec.selector'],
    ['svc-targetport-named-missing', 'spec.ports'],
    ['svc-targetport-not-declared', 'spec.ports'],
]);
function located(diagnosis, locate) {
    const evidence = locatedEvidence(diagnosis.evidence, locate);
    const location = diagnosis.location ??
        evidence.find((each) => each.location !== undefined && each.source !== 'computed')?.location ??
        locate(diagnosis.rootCause, FIELDS.get(diagnosis.rule)) ??
        locate(diagnosis.resource);
    return { ...diagnosis, evidence, ...(location !== undefined && { location }) };
}
function locatedSymptom(symptom, locate) {
    const evidence = locatedEvidence(symptom.evidence, locate);
    const location = evidence.find((each) => each.location !== undefined)?.location ?? locate(symptom.resource);
    return { ...symptom, evidence, ...(location !== undefined && { location }) };
}
function locatedEvidence(evidence, locate) {
    return evidence.map((each) => {
        if (each.location !== undefined || each.path === undefined)
            return each;
        const location = locate(each.ref, each.path);
        return location === undefined ? each : { ...each, location };
    });
}
/** Pods and what stands above them are made of templates: their fields are written there. */
export function locateIn(manifests, snapshot, target, path) {
    let [at, field] = [target, path];
    for (let hops = 0; hops < MAX_HOPS; hops += 1) {
        const found = manifests.locate(at, field);
        if (found !== undefined)
            return found;
        const object = snapshot.lookup(at);
        const owner = object.state === 'present' ? controllerOf(object.object) : undefined;
        if (owner === undefined)
            return undefined;
        field = field === undefined ? undefined : pathInOwner(at.kind, owner.kind, field);
        at = owner;
    }
    return undefined;
}
/** Pod, Job, CronJob. */
const MAX_HOPS = 4;
function pathInOwner(kind, owner, path) {
    if (kind === 'Pod')
        return `spec.template.${path}`;
    return kind === 'Job' && owner === 'CronJob' ? `spec.jobTemplate.${path}` : path;
}
//# sourceMappingURL=locate-report.js.map