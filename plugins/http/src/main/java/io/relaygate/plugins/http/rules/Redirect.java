package io.relaygate.plugins.http.rules;

import io.relaygate.plugins.http.wire.MalformedException;
import io.relaygate.sdk.Setting;
import java.util.Set;
import java.util.regex.Pattern;

/** Sends clients elsewhere (RFC 9110 section 15.4). */
public record Redirect(
        @Setting(value = "Where to: an address, or a path of the same host; with variables.", required = true,
                        example = "\"https://${host}${target}\"")
                Template to,
        @Setting(value = "301 or 308, for ever; 302 or 307, for now; 303, to be asked for by GET.", byDefault = "307") int status) {

    private static final Set<Integer> STATUSES = Set.of(301, 302, 303, 307, 308);

    /** A host that is in the settings or the client's own: of anything else, a link could send clients anywhere. */
    private static final Pattern WRITTEN = Pattern.compile("(https?|\\$\\{scheme})://([A-Za-z0-9._:\\[\\]-]|\\$\\{host(:-[A-Za-z0-9.-]+)?})+([/?#].*|\\$\\{(path|target)}.*)?"
            + "|/(?!/).*|\\$\\{(path|target)}.*");

    private static final Pattern ADDRESS = Pattern.compile("https?://[^/?#\\\\]+([/?#].*)?|/([^/\\\\].*)?");

    /** Refuses what leads nowhere. */
    public Redirect {
        if (!STATUSES.contains(status)) {
            throw new IllegalArgumentException("the `status` of a redirect is 301, 302, 303, 307 or 308, found " + status);
        }
        to.require(false, 0);
        boolean visible = to.texts(text -> text.chars().allMatch(c -> c > ' ' && c < 0x7f));
        if (!visible || !WRITTEN.matcher(to.text()).matches()) {
            throw new IllegalArgumentException(
                    "expected an address as `https://${host}/x`, with a host that is written here or `${host}`, or a path, encoded; found '" + to + "'");
        }
    }

    /**
     * The answer.
     *
     * @throws MalformedException 400, if no address comes out, or one of another host whose name begins in a path
     */
    public Reply reply(Known known) throws MalformedException {
        String address = to.with(known::encoded);
        if (!ADDRESS.matcher(address).matches()) {
            throw new MalformedException(400, "a request that cannot be sent elsewhere");
        }
        Reply reply = Reply.empty(status);
        reply.fields().add("Location", address);
        return reply;
    }
}
