package io.relaygate.dist;

import com.azure.core.http.HttpClient;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.core.http.policy.FixedDelayOptions;
import com.azure.core.http.policy.RetryOptions;
import com.azure.data.tables.TableServiceClient;
import com.azure.data.tables.TableServiceClientBuilder;
import com.azure.data.tables.TableServiceVersion;
import com.azure.core.credential.AzureNamedKeyCredential;
import com.azure.core.credential.AzureSasCredential;
import com.azure.storage.blob.BlobServiceClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import com.azure.storage.blob.BlobServiceVersion;
import com.azure.storage.common.StorageSharedKeyCredential;
import com.azure.storage.queue.QueueServiceClient;
import com.azure.storage.queue.QueueServiceClientBuilder;
import com.azure.storage.queue.QueueServiceVersion;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Microsoft's clients for Java, which use an account in all the ways that there are. A program of its own, so that names of hosts mean
 * what a file says; prints of each way whether it went well.
 */
final class AzureClients {

    private static final int ARGUMENTS = 7;
    private static final Duration NO_PAUSE = Duration.ofMillis(1);

    /** What is tried; fails if it does not go well. */
    @FunctionalInterface
    interface Check {
        void run() throws Exception;
    }

    /** How requests prove themselves. */
    private enum Proof {
        /** By the account's key, with which each is signed. */
        KEY,
        /** By a shared access signature. */
        SAS
    }

    private final Map<String, Check> checks = new LinkedHashMap<>();
    private final HttpClient http = new JdkHttpClientBuilder().connectionTimeout(Duration.ofSeconds(10)).responseTimeout(Duration.ofSeconds(60)).build();
    private final Proof proof;
    private final String account;
    private final String secret;

    private AzureClients(Proof proof, String account, String secret) {
        this.proof = proof;
        this.account = account;
        this.secret = secret;
    }

    /**
     * Again and again {@code KEY|SAS ACCOUNT SECRET NAME BLOBS QUEUES TABLES}: what it is called, its container, queue and table too,
     * and the services' addresses.
     */
    public static void main(String... arguments) {
        for (int i = 0; i < arguments.length; i += ARGUMENTS) {
            AzureClients clients = new AzureClients(Proof.valueOf(arguments[i]), arguments[i + 1], arguments[i + 2]);
            String name = arguments[i + 3];
            new AzureBlobChecks(clients.blobs(arguments[i + 4]), name, clients.proof == Proof.KEY).to(clients.checks);
            new AzureQueueChecks(clients.queues(arguments[i + 5]), name).to(clients.checks);
            new AzureTableChecks(clients.tables(arguments[i + 6]), name).to(clients.checks);
            clients.run(name);
        }
    }

    private void run(String run) {
        checks.forEach((name, check) -> {
            long begun = System.nanoTime();
            try {
                check.run();
                System.out.println(run + ": well: " + name);
            } catch (Exception | AssertionError e) {
                System.out.println(run + ": ill: " + name);
                System.err.println(run + ": " + name + ": " + String.valueOf(e.getMessage()).lines().limit(4).toList());
            }
            System.err.printf("%s: %s: %d ms%n", run, name, (System.nanoTime() - begun) / 1_000_000);
        });
    }

    private BlobServiceClient blobs(String endpoint) {
        BlobServiceClientBuilder builder = new BlobServiceClientBuilder()
                .endpoint(endpoint)
                .serviceVersion(BlobServiceVersion.V2019_02_02)
                .httpClient(http)
                .retryOptions(new RetryOptions(new FixedDelayOptions(0, NO_PAUSE)));
        return switch (proof) {
            case KEY -> builder.credential(new StorageSharedKeyCredential(account, secret)).buildClient();
            case SAS -> builder.sasToken(secret).buildClient();
        };
    }

    private QueueServiceClient queues(String endpoint) {
        QueueServiceClientBuilder builder = new QueueServiceClientBuilder()
                .endpoint(endpoint)
                .serviceVersion(QueueServiceVersion.V2019_02_02)
                .httpClient(http)
                .retryOptions(new RetryOptions(new FixedDelayOptions(0, NO_PAUSE)));
        return switch (proof) {
            case KEY -> builder.credential(new StorageSharedKeyCredential(account, secret)).buildClient();
            case SAS -> builder.sasToken(secret).buildClient();
        };
    }

    private TableServiceClient tables(String endpoint) {
        TableServiceClientBuilder builder = new TableServiceClientBuilder()
                .endpoint(endpoint)
                .serviceVersion(TableServiceVersion.V2019_02_02)
                .httpClient(http)
                .retryOptions(new RetryOptions(new FixedDelayOptions(0, NO_PAUSE)));
        return switch (proof) {
            case KEY -> builder.credential(new AzureNamedKeyCredential(account, secret)).buildClient();
            case SAS -> builder.credential(new AzureSasCredential(secret)).buildClient();
        };
    }

    /** Fails if a thing is not as expected. */
    static void expect(boolean good, String what) {
        if (!good) {
            throw new AssertionError("not as expected: " + what);
        }
    }
}
