package io.relaygate.plugins.http.callers;

import io.relaygate.plugins.http.wire.Chars;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.Setting;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is asked of who calls, where the route names identity providers, and what the destination learns of it. */
public record CallerSettings(
        @Setting(value = "Whether nobody is asked who calls at this host or path, though the route names `identityProviders`: whoever comes is let through, "
                        + "and whatever the request shows of who calls is not judged.",
                        byDefault = "false")
                boolean open,
        @Setting(value = "What is taken, of what the route's `identityProviders` judge.", byDefault = "[basic, bearer, certificate]") List<Scheme> by,
        @Setting(value = "A field, or with `?` before it a parameter of the query, in which clients may say `name:password`.", example = "X-Api-Key")
                @Nullable ApiKey key,
        @Setting(value = "What clients are told that they log in to; left out, the route's name.", example = "shop") @Nullable String realm,
        @Setting(value = "Whether the destination sees what has proven who calls.", byDefault = "false") boolean keep,
        @Setting(value = "The field in which the destination hears who calls.", example = "X-Caller") @Nullable String header,
        @Setting(value = "Where some callers go instead; the first that fits counts.", example = "[{ groups: [beta], to: shop-beta }]")
                List<ByCaller> to) {

    /** What is asked where nothing is said of it. */
    static final CallerSettings USUAL = new CallerSettings(false, List.of(Scheme.values()), null, null, false, null, List.of());

    private static final Set<String> TAKEN = Set.of(
            "host", "content-length", "content-type", "transfer-encoding", "connection", "trailer", "upgrade", "te", "keep-alive", "proxy-connection",
            "expect", "via", "x-request-id", "authorization", "proxy-authorization", "cookie", "forwarded", "x-forwarded-for", "x-forwarded-host",
            "x-forwarded-proto", "x-forwarded-port");

    /** Checks what it can. */
    public CallerSettings {
        by = List.copyOf(by);
        to = List.copyOf(to);
        if (open && (key != null || realm != null || keep || header != null || !to.isEmpty())) {
            throw new IllegalArgumentException("`open: true` asks nobody who calls; leave everything else in `callers` out");
        }
        if (header != null && (!Chars.isToken(header) || isTaken(header))) {
            throw new IllegalArgumentException("expected a field of its own for who calls, as in X-Caller, found '" + header + "'");
        }
        if (realm != null && !realm.matches("[ !#-\\[\\]-~]+")) {
            throw new IllegalArgumentException("expected a `realm` of ASCII without quotation marks and backslashes, found '" + realm + "'");
        }
    }

    /** Whether a field means something else already. */
    static boolean isTaken(String field) {
        return TAKEN.contains(field.toLowerCase(Locale.ROOT));
    }

    /** Whether it asks for anything that identity providers must judge. */
    boolean needsJudge() {
        return key != null || realm != null || !by.equals(USUAL.by);
    }

    /** Where some callers go. */
    public record ByCaller(
            @Setting(value = "Names; `*` stands for any characters.", example = "[\"*@contoso.com\"]") List<NamePattern> callers,
            @Setting(value = "Groups, of which a caller is in one.", example = "[beta]") List<String> groups,
            @Setting(value = "The destination.", required = true, example = "shop-beta") DestinationName to) {

        /** Somebody must be meant. */
        public ByCaller {
            callers = List.copyOf(callers);
            groups = List.copyOf(groups);
            if (callers.isEmpty() && groups.isEmpty()) {
                throw new IllegalArgumentException("the destination '" + to + "' is for some: say `callers` or `groups`");
            }
        }

        /** Whether somebody is meant, by name or by group. */
        boolean fits(Caller caller) {
            return !caller.isAnonymous()
                    && (callers.stream().anyMatch(each -> each.fits(caller.name())) || groups.stream().anyMatch(caller.groups()::contains));
        }
    }
}
