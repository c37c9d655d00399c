package io.relaygate.plugins.http;

import io.relaygate.plugins.http.wire.Chars;
import io.relaygate.plugins.http.wire.Field;
import io.relaygate.plugins.http.wire.Fields;
import io.relaygate.sdk.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A rule for the fields of requests or of responses: one thing that is done. */
record FieldRule(
        @Setting(value = "A field that has this value, and no other, whatever was said.", example = "X-Site") @Nullable String set,
        @Setting("A field that comes with this value behind those of its name.") @Nullable String add,
        @Setting("A field that has this value if there is none of its name.") @Nullable String lacking,
        @Setting("A list whose last member this value becomes.") @Nullable String append,
        @Setting("A field that goes, or with `*` at its end all that begin so.") @Nullable String remove,
        @Setting("A field that gets the name that `value` says.") @Nullable String rename,
        @Setting("The value.") @Nullable String value) {

    /** Those that say framing, routing or the next hop are nobody's but the gateway's. */
    private static final Set<String> PROTECTED = Set.of(
            "host", "content-length", "transfer-encoding", "connection", "trailer", "upgrade", "te", "keep-alive", "proxy-connection", "expect",
            "via", "x-request-id");

    /** Those of which there is one, which is no list (RFC 9110 section 5.5). */
    private static final Set<String> NO_LISTS = Set.of(
            "set-cookie", "authorization", "location", "content-type", "content-location", "date", "etag", "last-modified", "retry-after", "user-agent",
            "server", "referer", "from", "max-forwards", "content-range", "if-modified-since", "if-unmodified-since", "if-range", "age", "expires");

    FieldRule {
        List<String> said = Stream.of(set, add, lacking, append, remove, rename).filter(Objects::nonNull).toList();
        if (said.size() != 1) {
            throw new IllegalArgumentException("a rule says one of `set`, `add`, `lacking`, `append`, `remove` and `rename`, this one says " + said.size());
        }
        if ((value == null) != (remove != null)) {
            throw new IllegalArgumentException(remove == null ? "the rule for '" + said.getFirst() + "' needs a `value`" : "`remove` takes no `value`");
        }
        if (remove == null || !remove.endsWith("*")) {
            requireName(said.getFirst());
        }
        if (rename != null) {
            requireName(Objects.requireNonNull(value));
        } else if (value != null && (!Chars.isValue(value) || !value.strip().equals(value))) {
            throw new IllegalArgumentException("the value for '" + said.getFirst() + "' has a character that no field has, or space around it");
        }
        if (append != null && NO_LISTS.contains(append.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("'" + append + "' is no list to which something can be appended");
        }
    }

    private static void requireName(String name) {
        if (!Chars.isToken(name)) {
            throw new IllegalArgumentException("expected the name of a field, found '" + name + "'");
        }
        if (PROTECTED.contains(name.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("'" + name + "' is set by the gateway, and no rule changes it");
        }
    }

    /** Does it. */
    void apply(Fields fields) {
        String with = value == null ? "" : value;
        if (set != null) {
            fields.set(set, with);
        } else if (add != null) {
            fields.add(add, with);
        } else if (lacking != null) {
            if (!fields.has(lacking)) {
                fields.add(lacking, with);
            }
        } else if (append != null) {
            append(fields, append, with);
        } else if (rename != null) {
            rename(fields, rename, with);
        } else {
            remove(fields, Objects.requireNonNull(remove).toLowerCase(Locale.ROOT));
        }
    }

    private static void append(Fields fields, String list, String member) {
        List<String> members = new ArrayList<>(fields.members(list));
        members.add(member);
        fields.set(list, String.join(", ", members));
    }

    private static void rename(Fields fields, String from, String to) {
        for (Field field : fields.all(from)) {
            fields.add(to, field.value());
        }
        fields.remove(from);
    }

    private static void remove(Fields fields, String which) {
        String begin = which.endsWith("*") ? which.substring(0, which.length() - 1) : null;
        fields.removeIf(field -> {
            String name = field.name().toLowerCase(Locale.ROOT);
            return begin == null ? name.equals(which) : name.startsWith(begin) && !PROTECTED.contains(name);
        });
    }
}
