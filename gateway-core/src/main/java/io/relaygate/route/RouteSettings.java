package io.relaygate.route;

import io.relaygate.access.AllowSettings;
import io.relaygate.access.identity.IdentityRule;
import io.relaygate.config.Block;
import io.relaygate.sdk.DestinationTemplate;
import io.relaygate.sdk.Setting;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** From an entry point, and a condition, to a protocol. */
public record RouteSettings(
        @Setting(value = "The route's name.", required = true, example = "orders") String name,
        @Setting(value = "The entry points that it takes connections from.", required = true, example = "[hub]")
                List<String> from,
        @Setting(value = "The service that a sender behind a relay must have asked for.", example = "orders")
                @Nullable String service,
        @Setting("What must be true of the client's first bytes.") @Nullable When when,
        @Setting(value = "The protocol that carries the session.", byDefault = RouteSettings.USUAL_PROTOCOL) String protocol,
        @Setting("The protocol's settings.") @Nullable Block with,
        @Setting(value = "The destination, or site/service; {service} stands for the service asked for, {site} and {service} for what `sni` captured.",
                        example = "\"{site}/orders\"")
                @Nullable DestinationTemplate to,
        @Setting(value = "The identity providers, one of which must say who calls, by what the protocol has asked the client for; "
                        + "`a + b` stands for both.",
                        min = "1", example = "[keys, \"staff + codes\"]")
                List<IdentityRule> identityProviders,
        @Setting("Who may use it.") @Nullable AllowSettings allow,
        @Setting(value = "Says that everybody may use it, in place of `allow`.", byDefault = "false") boolean open) {

    /** The protocol of a route that names none: it carries any. */
    public static final String USUAL_PROTOCOL = "tcp";

    /** A route for everybody who comes in at the entry point of the same name. */
    public static RouteSettings open(String name, @Nullable DestinationTemplate to) {
        return new RouteSettings(name, List.of(name), null, null, USUAL_PROTOCOL, null, to, List.of(), null, true);
    }

    /** A condition on the client's first bytes. */
    public record When(
            @Setting(value = "The server name in a TLS ClientHello: exact, or with `*` for one label's text and {name} to capture a declared name.",
                            example = "\"*.{site}.contoso.com\"")
                    @Nullable SniPattern sni,
            @Setting(value = "Application protocols of which the client's ClientHello offers one, or one of which was agreed on where TLS ended.",
                            min = "1", example = "[h2, http/1.1]")
                    List<String> alpn) {}
}
