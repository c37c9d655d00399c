package io.relaygate.plugins.http.rules;

import io.relaygate.plugins.http.wire.Chars;
import io.relaygate.plugins.http.wire.Field;
import io.relaygate.plugins.http.wire.Fields;
import io.relaygate.plugins.http.wire.MalformedException;
import io.relaygate.sdk.Setting;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A rule for the fields of requests or of responses: one thing that is done. */
public record FieldRule(
        @Setting(value = "A field that has this value, and no other, whatever was said.", example = "X-Site") @Nullable String set,
        @Setting("A field that comes with this value behind those of its name.") @Nullable String add,
        @Setting("A field that has this value if there is none of its name.") @Nullable String lacking,
        @Setting("A list whose last member this value becomes.") @Nullable String append,
        @Setting(value = "A field that goes; with `*` at its end all that begin so, and after `~` all whose whole name fits the pattern, in any case.",
                        example = "~x-(internal|debug)-.*")
                @Nullable FieldNames remove,
        @Setting("A field that gets the name that `value` says.") @Nullable String rename,
        @Setting("A field in whose values `value` takes the place of all that fits `pattern`.") @Nullable String replace,
        @Setting("A field of which is kept what `keep` says.") @Nullable String dedupe,
        @Setting("The value, with variables as `${caller}`; in `replace`, `${1}` is what the pattern's first group has found.")
                @Nullable Template value,
        @Setting("What `replace` looks for, a regular expression of RE2.") @Nullable Regex pattern,
        @Setting("What `dedupe` keeps: the `first`, the `last`, or one of each value (`unique`).") @Nullable Keep keep,
        @Setting("When it is done; left out, always.") @Nullable Condition when,
        @Setting(value = "Whether a rule for responses is for those too that the gateway gives itself.", byDefault = "false") boolean always) {

    /** Which of several fields stay. */
    public enum Keep {
        /** The first. */
        FIRST,
        /** The last. */
        LAST,
        /** The first of each value. */
        UNIQUE
    }

    /** Those that say framing, routing or the next hop are nobody's but the gateway's. */
    private static final Set<String> PROTECTED = Set.of(
            "host", "content-length", "transfer-encoding", "connection", "trailer", "upgrade", "te", "keep-alive", "proxy-connection", "expect",
            "via", "x-request-id");

    /** Those of which there is one, which is no list (RFC 9110 section 5.5). */
    private static final Set<String> NO_LISTS = Set.of(
            "set-cookie", "authorization", "location", "content-type", "content-location", "date", "etag", "last-modified", "retry-after", "user-agent",
            "server", "referer", "from", "max-forwards", "content-range", "if-modified-since", "if-unmodified-since", "if-range", "age", "expires");

    /** Refuses what is no rule. */
    public FieldRule {
        List<String> said = said(set, add, lacking, append, text(remove), rename, replace, dedupe);
        if (said.size() != 1) {
            throw new IllegalArgumentException("a rule says one of `set`, `add`, `lacking`, `append`, `remove`, `rename`, `replace` and `dedupe`, this one says "
                    + said.size());
        }
        String name = said.getFirst();
        boolean bare = remove != null || dedupe != null;
        if ((value == null) != bare) {
            throw new IllegalArgumentException(bare ? "`remove` and `dedupe` take no `value`" : "the rule for '" + name + "' needs a `value`");
        }
        if ((pattern == null) != (replace == null) || (keep == null) != (dedupe == null)) {
            throw new IllegalArgumentException("`pattern` goes with `replace`, and `keep` with `dedupe`; see the rule for '" + name + "'");
        }
        if (remove == null) {
            requireName(name);
        }
        if (rename != null) {
            requireName(Objects.requireNonNull(value).text());
        } else if (value != null) {
            requireValue(name, value, replace != null);
        }
        if (append != null && NO_LISTS.contains(append.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("'" + append + "' is no list to which something can be appended");
        }
    }

    private static List<String> said(@Nullable String... names) {
        return Stream.of(names).filter(Objects::nonNull).map(Objects::requireNonNull).toList();
    }

    private static @Nullable String text(@Nullable FieldNames names) {
        return names == null ? null : names.text();
    }

    static void requireName(String name) {
        if (!Chars.isToken(name)) {
            throw new IllegalArgumentException("expected the name of a field, found '" + name + "'");
        }
        if (PROTECTED.contains(name.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("'" + name + "' is set by the gateway, and no rule changes it");
        }
    }

    static void requireValue(String name, Template value, boolean part) {
        boolean spaced = !part && !value.text().strip().equals(value.text());
        if (spaced || !value.texts(Chars::isValue)) {
            throw new IllegalArgumentException("the value for '" + name + "' has a character that no field has, or space around it");
        }
    }

    /** Whether it is to be done; asked of a request alone, as far as that tells. */
    public boolean isFor(Known known) {
        return when == null || when.holds(known);
    }

    /** Whether it takes a response to tell whether it is to be done. */
    public boolean asksForTheResponse() {
        return when != null && when.isOfResponses();
    }

    /** What it does, and to which field. */
    @Override
    public String toString() {
        String what = set != null ? "set" : add != null ? "add" : lacking != null ? "lacking" : append != null ? "append"
                : remove != null ? "remove" : rename != null ? "rename" : replace != null ? "replace" : "dedupe";
        return what + " " + said(set, add, lacking, append, text(remove), rename, replace, dedupe).getFirst();
    }

    /** Refuses what cannot be where it stands. */
    public void requireFor(boolean responses) {
        if (value != null) {
            value.require(responses, pattern == null ? 0 : pattern.groups());
        }
        if (!responses && (always || (when != null && when.isOfResponses()))) {
            throw new IllegalArgumentException("`always` and `status` are for rules of responses");
        }
    }

    /**
     * Does it, if it is to be done.
     *
     * @throws MalformedException 400, if a value comes out that no field can have; then the fields are without this one
     */
    public void apply(Fields fields, Known known) throws MalformedException {
        if (!isFor(known)) {
            return;
        }
        if (remove != null) {
            remove(fields, remove);
        } else if (dedupe != null) {
            dedupe(fields, dedupe);
        } else if (rename != null) {
            rename(fields, rename, Objects.requireNonNull(value).text());
        } else if (replace != null) {
            replace(fields, replace, known);
        } else {
            put(fields, Objects.requireNonNull(value), known);
        }
    }

    /** A value of variables of which none is known is none: then there is nothing to put. */
    private void put(Fields fields, Template template, Known known) throws MalformedException {
        String name = set != null ? set : add != null ? add : lacking != null ? lacking : Objects.requireNonNull(append);
        String with = sound(fields, name, template.with(known));
        boolean nothing = with.isEmpty() && !template.isPlain();
        if (set != null) {
            fields.remove(set);
        }
        if (nothing || (lacking != null && fields.has(lacking))) {
            return;
        }
        if (append != null) {
            List<String> members = new ArrayList<>(fields.members(append));
            members.add(with);
            fields.set(append, String.join(", ", members));
        } else {
            fields.add(name, with);
        }
    }

    private void replace(Fields fields, String name, Known known) throws MalformedException {
        List<Field> before = fields.all(name);
        if (before.isEmpty()) {
            return;
        }
        List<String> after = new ArrayList<>();
        for (Field field : before) {
            String made = Objects.requireNonNull(pattern).replace(field.value(), Objects.requireNonNull(value), known);
            after.add(sound(fields, name, made));
        }
        var next = after.iterator();
        fields.replaceEach(name, _ -> next.next());
    }

    static String sound(Fields fields, String name, String value) throws MalformedException {
        if (!Chars.isValue(value)) {
            fields.remove(name);
            throw new MalformedException(400, "a rule makes a value of it that no field can have");
        }
        return value.strip();
    }

    private void dedupe(Fields fields, String name) {
        List<Field> all = fields.all(name);
        Set<String> seen = new HashSet<>();
        int[] at = {-1};
        fields.removeIf(field -> {
            if (!field.is(name)) {
                return false;
            }
            at[0]++;
            return switch (Objects.requireNonNull(keep)) {
                case FIRST -> at[0] > 0;
                case LAST -> at[0] < all.size() - 1;
                case UNIQUE -> !seen.add(field.value());
            };
        });
    }

    private static void rename(Fields fields, String from, String to) {
        for (Field field : fields.all(from)) {
            fields.add(to, field.value());
        }
        fields.remove(from);
    }

    private static void remove(Fields fields, FieldNames which) {
        fields.removeIf(field -> which.fits(field.name()) && (which.isOne() || !PROTECTED.contains(field.name().toLowerCase(Locale.ROOT))));
    }
}
