package io.relaygate.plugins.tds;

import io.relaygate.plugins.tds.TdsSettings.Logins;
import io.relaygate.plugins.tds.wire.Feature;
import io.relaygate.plugins.tds.wire.FederatedToken;
import io.relaygate.plugins.tds.wire.Login7;
import io.relaygate.plugins.tds.wire.Login7.Part;
import io.relaygate.sdk.Credential;
import io.relaygate.sdk.RouteContext;
import io.relaygate.sdk.SentSecret;
import io.relaygate.sdk.Session;
import io.relaygate.sdk.Verdict;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who a client is: what it has shown, in TLS and in its login, is judged. */
final class Proof {

    private final Session session;
    private final TdsSettings settings;
    private final RouteContext context;
    private @Nullable TdsRefusal failure;
    private boolean tokenTaken;

    Proof(Session session, TdsSettings settings, RouteContext context) {
        this.session = session;
        this.settings = settings;
        this.context = context;
    }

    /** What the client is told, if it was not believed; else null. */
    @Nullable TdsRefusal failure() {
        return failure;
    }

    /** The client is told no more than that its login has failed. */
    void fails(String user) {
        failure = TdsRefusal.loginFailed(user);
    }

    /** Whether a token was judged, so that the client waits for a word that it was. */
    boolean tokenTaken() {
        return tokenTaken;
    }

    /**
     * Has it judged, where the route names who judges.
     *
     * @throws io.relaygate.sdk.RefusedException if it is not believed, or not allowed
     */
    void demand(ClientSide client, Login7 login) throws IOException {
        if (!context.namesIdentityProviders()) {
            return;
        }
        List<Credential> shown = shown(client, login);
        try {
            decide(shown, login);
        } finally {
            shown.forEach(Credential::close);
        }
    }

    private List<Credential> shown(ClientSide client, Login7 login) throws IOException {
        List<Credential> shown = new ArrayList<>();
        Credential.ClientCertificate certificate = client.certificate();
        if (certificate != null) {
            shown.add(certificate);
        }
        if (settings.logins() == Logins.GATEWAY) {
            Feature federated = login.feature(Feature.FEDERATED);
            char[] token = federated == null ? null : FederatedToken.of(federated);
            if (token != null) {
                shown.add(new Credential.BearerToken(SentSecret.of(token)));
            } else if (!login.integrated()) {
                shown.add(new Credential.Password(login.text(Part.USER), SentSecret.of(login.password())));
            }
        }
        return shown;
    }

    /** Shows one after the other, as far as more is wanted. */
    private void decide(List<Credential> shown, Login7 login) throws IOException {
        List<Credential> judged = new ArrayList<>();
        Verdict verdict = session.judge();
        while (verdict instanceof Verdict.Incomplete incomplete) {
            Credential next = shown.stream()
                    .filter(each -> !judged.contains(each) && incomplete.next().contains(each.kind())).findFirst().orElse(null);
            if (next == null) {
                break;
            }
            judged.add(next);
            verdict = session.judge(judged.toArray(Credential[]::new));
        }
        if (verdict instanceof Verdict.Accepted accepted) {
            tokenTaken = judged.stream().anyMatch(Credential.BearerToken.class::isInstance);
            session.actAs(accepted.caller());
        } else if (settings.logins() == Logins.GATEWAY || !judged.isEmpty()) {
            fails(login.text(Part.USER));
            throw TdsRefusal.because(login.integrated()
                    ? "the route's identity providers judge no Kerberos or NTLM"
                    : verdict instanceof Verdict.Refused refused ? refused.tell() : "the client has shown less than the route wants");
        }
    }
}
