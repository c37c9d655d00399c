package io.relaygate.plugins.http.rules;

import io.relaygate.plugins.http.wire.MalformedException;
import io.relaygate.sdk.Setting;
import org.jspecify.annotations.Nullable;

/** What a destination sees as the path: first `strip`, then `pattern`, then `add`. */
public record PathChange(
        @Setting(value = "First segments that are taken away.", example = "/api") @Nullable String strip,
        @Setting("First segments that are put before.") @Nullable String add,
        @Setting("A regular expression of RE2: in the place of all that fits it comes `value`.") @Nullable Regex pattern,
        @Setting("What comes in its place, with variables and captures, encoded.") @Nullable Template value) {

    /** Refuses what changes nothing, or cannot be. */
    public PathChange {
        strip = strip == null ? null : PathMatch.prefix(strip);
        add = add == null ? null : PathMatch.prefix(add);
        if ((pattern == null) != (value == null)) {
            throw new IllegalArgumentException("`pattern` and `value` of a path go together");
        }
        if (strip == null && add == null && pattern == null) {
            throw new IllegalArgumentException("`path` says one at least of `strip`, `add`, and `pattern` with `value`");
        }
        if (value != null && pattern != null) {
            value.require(false, pattern.groups());
            if (!value.texts(PathChange::isPart)) {
                throw new IllegalArgumentException("expected a part of a path, encoded and without `?` and `#`, found '" + value + "'");
            }
        }
    }

    private static boolean isPart(String text) {
        return text.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '?' && c != '#');
    }

    /**
     * The path for the destination.
     *
     * @param path as it came, undecoded
     * @throws MalformedException 400, if it leads out of where it is put, or what comes out is no path
     */
    public String of(String path, Known known) throws MalformedException {
        if (!path.startsWith("/")) {
            return path;
        }
        String made = path.substring(taken(path).length());
        if (pattern != null && value != null) {
            made = pattern.replace(made, value, known::encoded);
        }
        made = add == null ? made : add + made;
        made = made.isEmpty() ? "/" : made;
        if (PlainPath.climbs(path) || PlainPath.climbs(made)) {
            throw new MalformedException(400, "a path with `..` in it, where paths are changed");
        }
        if (!made.startsWith("/") || !isPart(made)) {
            throw new MalformedException(400, "a path of which a rule makes none");
        }
        return made;
    }

    /** What is taken away of a path, as it came; empty if nothing is. */
    public String taken(String path) {
        return strip != null && PathMatch.isBelow(path, strip) ? strip : "";
    }

    /** What the path begins with at the destination, which {@link #outer} stands for; no slash at its end. */
    public String inner() {
        return add == null ? "" : add;
    }

    /** What the client's path begins with; no slash at its end. */
    public String outer() {
        return strip == null ? "" : strip;
    }
}
