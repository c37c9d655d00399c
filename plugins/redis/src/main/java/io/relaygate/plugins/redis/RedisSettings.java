package io.relaygate.plugins.redis;

import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.Secret;
import io.relaygate.sdk.Setting;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The settings of a {@code redis} route. */
public record RedisSettings(
        @Setting(value = "Who judges AUTH and HELLO: the `server`, or the `gateway` by the route's `identityProviders`.", byDefault = "server")
                Logins logins,
        @Setting(value = "The destination by the name of who logs in, `*` for who is not named here or does not log in; left out, the route's `to:`.",
                        example = "{ reports: replica }")
                Map<String, DestinationName> users,
        @Setting("The name by which the gateway logs in at the destination, where the gateway judges.") @Nullable String serverUser,
        @Setting(value = "The password by which it does; left out, it does not log in there.", example = "${file:redis.password}")
                @Nullable Secret serverPassword,
        @Setting(value = "Names for several commands, used in the lists as `@name`.", example = "{ reads: [get, mget, scan] }")
                Map<String, List<CommandRule>> groups,
        @Setting(value = "The only commands that may be run, as `get`, `config|get` or `@group`; left out, all.", example = "[\"@reads\", ping]")
                List<CommandRule> allow,
        @Setting(value = "Commands that may not be run, also where `allow` names them.", example = "[flushall, \"config|set\"]")
                List<CommandRule> deny) {

    /** Stands for all who are not named. */
    static final String OTHERS = "*";

    /** Who judges logins. */
    public enum Logins {
        /** The server that the client is connected to. */
        SERVER,
        /** The gateway. */
        GATEWAY
    }

    /** Where somebody goes by name; null if nowhere that is said here. */
    @Nullable DestinationName of(String user) {
        DestinationName own = users.get(user);
        return own == null ? users.get(OTHERS) : own;
    }
}
