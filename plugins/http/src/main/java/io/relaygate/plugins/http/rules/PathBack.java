package io.relaygate.plugins.http.rules;

import org.jspecify.annotations.Nullable;

/** A change of paths the other way round: what a path of the destination is for the client. */
public final class PathBack {

    private final String inner;
    private final String outer;
    private final boolean changed;
    private final @Nullable Inverse inverse;

    private PathBack(PathChange change) {
        this.inner = change.inner();
        this.outer = change.outer();
        this.changed = change.pattern() != null;
        this.inverse = change.pattern() == null || change.value() == null ? null : Inverse.of(change.pattern(), change.value());
    }

    /** Of a change. */
    public static PathBack of(PathChange change) {
        return new PathBack(change);
    }

    /** Whether all paths are the same for both. */
    public boolean isNothing() {
        return inverse == null && inner.equals(outer);
    }

    /** Whether what a pattern has changed stays as the destination knows it. */
    public boolean leavesPattern() {
        return changed && inverse == null;
    }

    /** A path as the client knows it; null if it is not below those of the destination that clients reach. */
    public @Nullable String of(String path) {
        if (!PathMatch.isBelow(path, inner)) {
            return null;
        }
        String rest = path.substring(inner.length());
        return outer + (inverse == null ? rest : inverse.of(rest));
    }
}
