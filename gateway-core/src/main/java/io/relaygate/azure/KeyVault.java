package io.relaygate.azure;

import io.relaygate.config.SecretStore;
import io.relaygate.net.Threads;
import io.relaygate.net.WayOut;
import io.relaygate.net.WebCall;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The secrets of key vaults (REST, api-version 7.4; 2016-10-01 where a vault does not know that, as on Azure Stack Hub). A secret that
 * was fetched is used while it is young, and fetched again in the background when it is not; while that fails, the last value
 * goes on being used. Any thread.
 */
final class KeyVault implements SecretStore {

    /** All that a configuration's secrets may take. */
    private static final Duration LIMIT = Duration.ofSeconds(9);

    private static final Set<String> CLOUDS = Set.of("vault.azure.net", "vault.azure.cn", "vault.usgovcloudapi.net");
    private static final Pattern RESOURCE = Pattern.compile("(?i)resource=\"(https://([A-Za-z0-9.-]+)[^\" ]*)\"");

    private final EntraTokens tokens;
    private final @Nullable Path caFile;
    private final WayOut out;
    private final Duration refresh;
    private final Threads threads;
    private final Map<String, HeldSecret> held = new ConcurrentHashMap<>();

    KeyVault(EntraTokens tokens, KeyVaultSettings settings, WayOut out, Threads threads) {
        this.tokens = tokens;
        this.caFile = settings.caFile();
        this.out = out;
        this.refresh = settings.refresh();
        this.threads = threads;
    }

    @Override
    public void prepare(Set<String> addresses) {
        CountDownLatch left = new CountDownLatch(addresses.size());
        Instant patience = Instant.now().plus(LIMIT.minus(Web.ONE_CALL));
        for (String address : addresses) {
            HeldSecret secret = held(address);
            secret.forgive();
            threads.start("keyvault", () -> {
                try {
                    secret.fetchFirst(patience);
                } finally {
                    left.countDown();
                }
            });
        }
        try {
            left.await(LIMIT.toSeconds() + 1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public char[] read(String address) throws IOException {
        return held(address).value(refresh, threads);
    }

    EntraTokens.Count tokens() {
        return tokens.count();
    }

    /** How many secrets are used although they are old, because they cannot be fetched. */
    long stale() {
        return held.values().stream().filter(HeldSecret::isStale).count();
    }

    private HeldSecret held(String address) {
        return held.computeIfAbsent(address, a -> new HeldSecret(a, () -> fetch(a)));
    }

    private char[] fetch(String address) throws IOException {
        Instant deadline = Instant.now().plus(LIMIT);
        String host = Web.uri(address).getHost().toLowerCase(Locale.ROOT);
        String resource = resource(address, host, deadline);
        WebCall.Answer answer = ask(address, "7.4", resource, deadline);
        // Azure Stack Hub: "The specified version (7.3) is not recognized." (Azure/azure-sdk-for-python#28595)
        if (answer.head().status() == 400 && Web.said(answer.body(), "error", "message").contains("version")) {
            answer = ask(address, "2016-10-01", resource, deadline);
        }
        byte[] body = answer.body();
        try {
            if (answer.head().status() != 200) {
                throw refusal(answer);
            }
            char[] value = Web.member(body, "value");
            if (value == null || value.length == 0) {
                throw new IOException("the vault's answer holds no secret");
            }
            return value;
        } finally {
            Arrays.fill(body, (byte) 0);
        }
    }

    private WebCall.Answer ask(String address, String version, String resource, Instant deadline) throws IOException {
        return ask(address, version, deadline, "Authorization: Bearer " + tokens.token(resource, deadline).value() + "\r\n");
    }

    private WebCall.Answer ask(String address, String version, Instant deadline, String fields) throws IOException {
        URI uri = Web.uri(address + "?api-version=" + version);
        return Web.send(new WebCall("GET", uri, fields, new byte[0], caFile), out, deadline);
    }

    /** What a vault's tokens are for: NAME.vault.azure.net has those of https://vault.azure.net. Vaults of no known cloud are asked. */
    private String resource(String address, String host, Instant deadline) throws IOException {
        int vault = host.indexOf(".vault.");
        String own = vault < 0 ? "" : host.substring(vault + 1);
        if (CLOUDS.contains(own)) {
            return "https://" + own;
        }
        String said = challenged(ask(address, "7.4", deadline, "").head().field("WWW-Authenticate"), host);
        return said != null ? said : "https://" + (own.isEmpty() ? "vault.azure.net" : own);
    }

    /** What a vault says its tokens are for; only if it is of the vault's own domain, or tokens for others could be collected. */
    static @Nullable String challenged(@Nullable String challenge, String host) {
        Matcher resource = RESOURCE.matcher(challenge == null ? "" : challenge);
        return resource.find() && host.endsWith("." + resource.group(2).toLowerCase(Locale.ROOT)) ? resource.group(1) : null;
    }

    private static IOException refusal(WebCall.Answer answer) {
        int status = answer.head().status();
        String reason = Web.said(answer.body(), "error", "code");
        String what = "the vault answered " + status + (reason.isEmpty() ? "" : " " + reason) + "; ";
        return switch (status) {
            case 401 -> new IOException(what + "it does not know the identity: is the tenant the vault's?");
            case 403 -> new IOException(what + "give the identity the role `Key Vault Secrets User` at the vault, and look at the vault's firewall");
            case 404 -> new IOException(what + "it has no secret of this name, or version");
            case 429, 503 -> new BusyException(what + "it is busy", Web.retryAfter(answer));
            default -> new IOException(what + (status / 100 == 3 ? "redirects are not followed" : "try again, or look at the vault's log"));
        };
    }
}
