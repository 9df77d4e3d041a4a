/** A version of an API that Kubernetes no longer serves. */
export interface RemovedApi {
    readonly apiVersion: string;
    readonly kind: string;
    /** The minor version of Kubernetes 1 that removed it. */
    readonly since: number;
    /** What to write instead; absent where the feature itself is gone. */
    readonly instead?: string;
}
/** The removed API that a manifest uses, if it does. */
export declare function removedApi(apiVersion: string, kind: string): RemovedApi | undefined;
//# sourceMappingURL=removed-apis.d.ts.map