package io.relaygate.plugins.redis;

import io.relaygate.plugins.redis.wire.Request;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Which commands a route lets through. Any thread. */
final class Commands {

    /** They can run every other command where no list sees it, so that a list has to name them. */
    private static final Set<String> SCRIPTS = Set.of(
            "eval", "eval_ro", "evalsha", "evalsha_ro", "fcall", "fcall_ro", "function", "script");

    /** What follows them are no replies any more. */
    private static final Set<String> REPLICATION = Set.of("sync", "psync");

    private static final Set<String> LOGIN = Set.of("auth", "hello");
    private static final int ALL = 10;

    private final List<CommandRule> allow;
    private final List<CommandRule> deny;
    private final Set<String> withSubcommand = new HashSet<>();

    /** Of a route. */
    Commands(RedisSettings settings) {
        this.allow = plain(settings.allow(), settings.groups());
        this.deny = plain(settings.deny(), settings.groups());
        Stream.concat(allow.stream(), deny.stream())
                .filter(rule -> !rule.subcommand().isEmpty())
                .forEach(rule -> withSubcommand.add(rule.name()));
    }

    private static List<CommandRule> plain(List<CommandRule> rules, Map<String, List<CommandRule>> groups) {
        return rules.stream().flatMap(rule -> rule.isGroup() ? members(rule, groups) : Stream.of(rule)).toList();
    }

    private static Stream<CommandRule> members(CommandRule group, Map<String, List<CommandRule>> groups) {
        List<CommandRule> members = groups.get(group.name());
        if (members == null) {
            throw new IllegalArgumentException("there is no group '" + group.name() + "' in `groups:`"
                    + (groups.isEmpty() ? "" : "; there are " + String.join(", ", groups.keySet())));
        }
        return members.stream().peek(member -> {
            if (member.isGroup()) {
                throw new IllegalArgumentException("the group '" + group.name() + "' names the group '" + member.name()
                        + "'; a group names commands");
            }
        });
    }

    /** Whether there are any rules. */
    boolean decide() {
        return !allow.isEmpty() || !deny.isEmpty();
    }

    /** How many arguments of a command must be known. */
    int wanted(String name) {
        return LOGIN.contains(name) ? ALL : withSubcommand.contains(name) ? 1 : 0;
    }

    /** Whether a client may run it. */
    boolean allow(Request request) {
        if (REPLICATION.contains(request.name())) {
            return false;
        }
        if (!decide() || request.name().equals("quit")) {
            return true;
        }
        boolean named = allow.stream().anyMatch(rule -> rule.isOf(request));
        boolean allowed = named || (allow.isEmpty() && !SCRIPTS.contains(request.name()));
        return allowed && deny.stream().noneMatch(rule -> rule.isOf(request));
    }

    /** A command as Redis names it in its errors. */
    String name(Request request) {
        String name = request.name().isEmpty() ? "?" : request.name();
        return withSubcommand.contains(name) && !request.word(0).isEmpty() ? name + "|" + request.word(0) : name;
    }
}
