package io.relaygate.plugins.http.callers;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.relaygate.plugins.http.wire.Fields;
import io.relaygate.plugins.http.wire.RequestHead;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.DestinationName;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is asked of clients at one place: a route, a host of it, a path of that. What a place does not say, the one around it does. Any thread. */
public final class Door {

    private final Route route;
    private final CallerSettings settings;
    private final boolean open;
    private final @Nullable Turns perSource;
    private final @Nullable Turns perCaller;

    /** What all doors of a route have in common. */
    private static final class Route {
        private final String realm;
        private final boolean judges;
        private final InstantSource clock;
        private final Set<String> headers = new HashSet<>();
        private final Set<String> secrets = new HashSet<>();

        Route(String realm, boolean judges, InstantSource clock) {
            this.realm = realm;
            this.judges = judges;
            this.clock = clock;
        }
    }

    private Door(Route route, CallerSettings settings, boolean open, @Nullable Turns perSource, @Nullable Turns perCaller) {
        this.route = route;
        this.settings = settings;
        this.open = open;
        this.perSource = perSource;
        this.perCaller = perCaller;
    }

    /**
     * Of a route, where nothing is said of it.
     *
     * @param judges whether the route names identity providers
     */
    public static Door of(String name, boolean judges, InstantSource clock) {
        return new Door(new Route(name.replaceAll("[^ !#-\\[\\]-~]", "?"), judges, clock), CallerSettings.USUAL, false, null, null);
    }

    /**
     * Of the route by its settings, or of a place in it. Called before the first request comes.
     *
     * @throws IllegalArgumentException if nobody could prove anything, or need not
     */
    public Door with(@Nullable CallerSettings callers, @Nullable Each source, @Nullable Each caller) {
        if (callers != null && callers.needsJudge() && !route.judges) {
            throw new IllegalArgumentException("`callers` asks who calls, and the route has no `identityProviders` that could judge the answer");
        }
        boolean opened = callers != null && callers.open();
        if (opened && !route.judges) {
            throw new IllegalArgumentException("`callers: { open: true }` opens what is open already: the route has no `identityProviders`; leave it out");
        }
        if (callers != null && callers.header() != null) {
            route.headers.add(plain(callers.header()));
        }
        if (callers != null && callers.key() != null && callers.key().inQuery()) {
            route.secrets.add(callers.key().name().toLowerCase(Locale.ROOT));
        }
        return new Door(
                route,
                // What is known to be a secret around it is none of the destination's business here either.
                callers == null || opened ? settings : callers,
                callers == null ? open : opened,
                source == null ? perSource : new Turns(source, "perSource", route.clock),
                caller == null ? perCaller : new Turns(caller, "perCaller", route.clock));
    }

    CallerSettings settings() {
        return settings;
    }

    /** Whether who calls is asked on the route. */
    boolean judges() {
        return route.judges;
    }

    /** Whether it is not asked here, though it is elsewhere on the route. */
    public boolean isOpen() {
        return open;
    }

    /** Whether who calls must be proven. */
    public boolean needsProof() {
        return route.judges && !open;
    }

    String realm() {
        return settings.realm() == null ? route.realm : Objects.requireNonNull(settings.realm());
    }

    /** A request without the fields in which some destination of the route hears who calls: what clients say there is never passed on. */
    RequestHead clean(RequestHead asked) {
        if (route.headers.isEmpty()) {
            return asked;
        }
        Fields fields = asked.fields().copy();
        fields.removeIf(field -> route.headers.contains(plain(field.name())));
        return asked.with(fields);
    }

    /** As servers know fields that make variables of them: they cannot tell these two apart (RFC 3875 section 4.1.18). */
    private static String plain(String field) {
        return field.replace('_', '-').toLowerCase(Locale.ROOT);
    }

    /** The parameters of queries that are secret anywhere in the route, in lower case. */
    public Set<String> secrets() {
        return route.secrets;
    }

    /** Tells a destination who calls, if it is to hear it. */
    public void tell(Caller caller, Fields fields) {
        String header = settings.header();
        if (header != null && !caller.isAnonymous()) {
            // No name has a control character; each character of a field is a byte.
            fields.set(header, new String(caller.name().getBytes(UTF_8), ISO_8859_1));
        }
    }

    /** Where a caller goes instead; null if where all go. */
    @Nullable DestinationName instead(Caller caller) {
        return settings.to().isEmpty() ? null : settings.to().stream().filter(each -> each.fits(caller)).map(CallerSettings.ByCaller::to).findFirst().orElse(null);
    }

    @Nullable Turns perSource() {
        return perSource;
    }

    @Nullable Turns perCaller() {
        return perCaller;
    }
}
