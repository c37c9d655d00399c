package io.relaygate.plugins.redis;

import io.relaygate.plugins.redis.wire.Request;
import java.util.regex.Pattern;

/**
 * What a list of commands names: {@code get}, {@code config|get}, or {@code @group}.
 *
 * @param name the command or the group, in lower case
 * @param subcommand the first argument that the command must have, or empty for any
 * @param isGroup whether it is a group
 */
record CommandRule(String name, String subcommand, boolean isGroup) {

    private static final Pattern FORM = Pattern.compile("@?[a-z][a-z0-9._-]{0,62}|[a-z][a-z0-9._-]{0,62}\\|[a-z][a-z0-9._-]{0,62}");

    /** Reads one. */
    static CommandRule parse(String text) {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "a command is written in lower case as `get`, `config|get` or, for a group, `@reads`; found '" + text + "'");
        }
        if (text.startsWith("@")) {
            return new CommandRule(text.substring(1), "", true);
        }
        int bar = text.indexOf('|');
        return bar < 0 ? new CommandRule(text, "", false) : new CommandRule(text.substring(0, bar), text.substring(bar + 1), false);
    }

    boolean isOf(Request request) {
        return name.equals(request.name()) && (subcommand.isEmpty() || subcommand.equals(request.word(0)));
    }
}
