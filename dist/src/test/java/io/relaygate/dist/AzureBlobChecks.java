package io.relaygate.dist;

import static io.relaygate.dist.AzureClients.expect;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.azure.storage.blob.BlobClient;
import com.azure.storage.blob.BlobClientBuilder;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobServiceClient;
import com.azure.storage.blob.models.AccessTier;
import com.azure.storage.blob.models.BlobHttpHeaders;
import com.azure.storage.blob.models.BlobItem;
import com.azure.storage.blob.models.BlobRange;
import com.azure.storage.blob.models.BlobRequestConditions;
import com.azure.storage.blob.models.BlobStorageException;
import com.azure.storage.blob.models.BlockListType;
import com.azure.storage.blob.models.ListBlobsOptions;
import com.azure.storage.blob.models.PageRange;
import com.azure.storage.blob.models.PageRangeItem;
import com.azure.storage.blob.sas.BlobSasPermission;
import com.azure.storage.blob.sas.BlobServiceSasSignatureValues;
import com.azure.storage.blob.specialized.AppendBlobClient;
import com.azure.storage.blob.specialized.BlobLeaseClient;
import com.azure.storage.blob.specialized.BlobLeaseClientBuilder;
import com.azure.storage.blob.specialized.BlockBlobClient;
import com.azure.storage.blob.specialized.PageBlobClient;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** What can be done with blobs. */
final class AzureBlobChecks {

    private static final int LARGE = 64 << 20;
    private static final int BLOCKS = 100;
    private static final int BLOCK = 100_000;

    private final BlobServiceClient service;
    private final boolean hasKey;
    private final BlobContainerClient container;

    AzureBlobChecks(BlobServiceClient service, String name, boolean hasKey) {
        this.service = service;
        this.hasKey = hasKey;
        this.container = service.getBlobContainerClient(name);
    }

    void to(Map<String, AzureClients.Check> checks) {
        checks.put("a container is made", () -> {
            container.create();
            expect(container.exists(), "it is there");
        });
        checks.put("64 MiB are put at once", this::putLarge);
        checks.put("a blob is made of 100 blocks", this::putBlocks);
        checks.put("a range is read", this::readRange);
        checks.put("odd names", this::oddNames);
        checks.put("a list comes in pages", this::listPages);
        checks.put("containers are listed", () -> expect(service.listBlobContainers().stream().anyMatch(each -> each.getName().equals(container.getBlobContainerName())), "the list"));
        checks.put("metadata and properties", this::properties);
        checks.put("conditions", this::conditions);
        checks.put("what is not there", () -> {
            expect(!container.getBlobClient("nothing").exists(), "it is not there");
            fails(404, () -> container.getBlobClient("nothing").downloadContent());
        });
        checks.put("an append blob", this::append);
        checks.put("a page blob", this::pages);
        checks.put("leases", this::leases);
        checks.put("an empty blob", () -> {
            BlobClient empty = container.getBlobClient("empty");
            empty.upload(BinaryData.fromBytes(new byte[0]));
            expect(empty.downloadContent().toBytes().length == 0, "nothing");
        });
        checks.put("a snapshot", this::snapshot);
        checks.put("a copy", this::copy);
        if (hasKey) {
            checks.put("a shared access signature", this::sas);
        }
        checks.put("a blob and a container are deleted", () -> {
            container.getBlobClient("empty").delete();
            BlobContainerClient other = service.createBlobContainer(container.getBlobContainerName() + "-other");
            other.delete();
            expect(!other.exists(), "it is gone");
        });
    }

    static void fails(int status, Runnable what) {
        try {
            what.run();
        } catch (BlobStorageException e) {
            expect(e.getStatusCode() == status, e.getStatusCode() + " in place of " + status);
            return;
        }
        throw new AssertionError("it went well in place of " + status);
    }

    private BlockBlobClient block(String name) {
        return container.getBlobClient(name).getBlockBlobClient();
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private void putLarge() throws Exception {
        byte[] bytes = random(LARGE);
        byte[] md5 = MessageDigest.getInstance("MD5").digest(bytes);
        block("large").uploadWithResponse(new ByteArrayInputStream(bytes), LARGE, null, null, null, md5, null, null, Context.NONE);
        ByteArrayOutputStream all = new ByteArrayOutputStream(LARGE);
        block("large").downloadStream(all);
        expect(Arrays.equals(all.toByteArray(), bytes), "the same");
    }

    private void putBlocks() {
        byte[] bytes = random(BLOCK);
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < BLOCKS; i++) {
            bytes[0] = (byte) i;
            String id = Base64.getEncoder().encodeToString("block-%05d".formatted(i).getBytes(UTF_8));
            block("blocks").stageBlock(id, new ByteArrayInputStream(bytes), BLOCK);
            ids.add(id);
        }
        block("blocks").commitBlockList(ids);
        expect(block("blocks").listBlocks(BlockListType.COMMITTED).getCommittedBlocks().size() == BLOCKS, "as many");
        byte[] whole = block("blocks").downloadContent().toBytes();
        expect(whole.length == BLOCKS * BLOCK && whole[99 * BLOCK] == 99, "in order");
    }

    private void readRange() {
        ByteArrayOutputStream some = new ByteArrayOutputStream();
        block("blocks").downloadStreamWithResponse(some, new BlobRange(7L * BLOCK, 5L), null, null, false, null, Context.NONE);
        expect(some.size() == 5 && some.toByteArray()[0] == 7, "these five");
    }

    private void oddNames() {
        for (String name : List.of("a b", "a+b", "\u00fc/\u20ac.txt", "100%25", "x//y", "q?r=s&t", "dot.", "#hash", "it's (1)!*~", "a:b@c,d;e=f")) {
            BlobClient blob = container.getBlobClient(name);
            blob.upload(BinaryData.fromString(name), true);
            expect(blob.downloadContent().toString().equals(name), name);
            expect(container.listBlobs().stream().anyMatch(each -> each.getName().equals(name)), "in the list: " + name);
            blob.delete();
        }
    }

    private void listPages() {
        for (int i = 0; i < 12; i++) {
            container.getBlobClient("list/" + i).upload(BinaryData.fromString("x"));
        }
        List<Integer> pages = new ArrayList<>();
        container.listBlobs(new ListBlobsOptions().setPrefix("list/").setMaxResultsPerPage(5), null)
                .iterableByPage()
                .forEach(page -> pages.add(page.getValue().size()));
        expect(pages.equals(List.of(5, 5, 2)), "pages of " + pages);
        List<BlobItem> folders = container.listBlobsByHierarchy("").stream().filter(each -> Boolean.TRUE.equals(each.isPrefix())).toList();
        expect(folders.stream().anyMatch(each -> each.getName().equals("list/")), "the folder");
    }

    private void properties() {
        BlockBlobClient blob = block("properties");
        blob.uploadWithResponse(new ByteArrayInputStream(new byte[3]), 3,
                new BlobHttpHeaders().setContentType("text/x-odd; charset=UTF-8").setContentLanguage("de").setCacheControl("max-age=5").setContentDisposition("inline"),
                Map.of("one", "1", "Two", "a  b"), null, null, null, null, Context.NONE);
        expect(blob.getProperties().getContentType().equals("text/x-odd; charset=UTF-8"), "the type");
        expect(blob.getProperties().getContentLanguage().equals("de"), "the language");
        blob.setMetadata(Map.of("three", "x=y; z"));
        expect(blob.getProperties().getMetadata().equals(Map.of("three", "x=y; z")), "the metadata");
        container.setMetadata(Map.of("kind", "checks"));
        expect(container.getProperties().getMetadata().equals(Map.of("kind", "checks")), "the container's");
    }

    private void conditions() {
        BlockBlobClient blob = block("conditions");
        blob.upload(new ByteArrayInputStream(new byte[1]), 1);
        String tag = blob.getProperties().getETag();
        fails(409, () -> blob.upload(new ByteArrayInputStream(new byte[1]), 1));
        fails(412, () -> put(blob, new BlobRequestConditions().setIfMatch("\"0x1\"")));
        fails(304, () -> blob.downloadStreamWithResponse(
                new ByteArrayOutputStream(), null, null, new BlobRequestConditions().setIfNoneMatch(tag), false, null, Context.NONE));
        put(blob, new BlobRequestConditions().setIfMatch(tag));
        put(blob, new BlobRequestConditions().setIfUnmodifiedSince(OffsetDateTime.now(ZoneOffset.UTC).plusHours(1)));
    }

    private static void put(BlockBlobClient blob, BlobRequestConditions conditions) {
        blob.uploadWithResponse(new ByteArrayInputStream(new byte[1]), 1, null, null, (AccessTier) null, null, conditions, null, Context.NONE);
    }

    private void append() {
        AppendBlobClient blob = container.getBlobClient("append").getAppendBlobClient();
        blob.create();
        for (String each : List.of("one ", "two ", "three")) {
            blob.appendBlock(new ByteArrayInputStream(each.getBytes(UTF_8)), each.length());
        }
        expect(blob.downloadContent().toString().equals("one two three"), "one after the other");
    }

    private void pages() {
        PageBlobClient blob = container.getBlobClient("pages").getPageBlobClient();
        blob.create(4096);
        byte[] page = random(512);
        blob.uploadPages(new PageRange().setStart(1024).setEnd(1535), new ByteArrayInputStream(page));
        List<PageRangeItem> ranges = blob.listPageRanges(new BlobRange(0)).stream().toList();
        expect(ranges.size() == 1 && ranges.getFirst().getRange().getOffset() == 1024, "one page");
        blob.clearPages(new PageRange().setStart(1024).setEnd(1535));
        blob.resize(1024);
        expect(blob.getProperties().getBlobSize() == 1024, "the size");
    }

    private void leases() {
        BlockBlobClient blob = block("leased");
        blob.upload(new ByteArrayInputStream(new byte[1]), 1);
        BlobLeaseClient lease = new BlobLeaseClientBuilder().blobClient(blob).buildClient();
        String id = lease.acquireLease(15);
        fails(412, () -> put(blob, new BlobRequestConditions()));
        put(blob, new BlobRequestConditions().setLeaseId(id));
        lease.renewLease();
        lease.releaseLease();
        put(blob, new BlobRequestConditions());
    }

    private void snapshot() {
        BlockBlobClient blob = block("snapshot");
        blob.upload(new ByteArrayInputStream("old".getBytes(UTF_8)), 3);
        String of = blob.createSnapshot().getSnapshotId();
        blob.upload(new ByteArrayInputStream("new".getBytes(UTF_8)), 3, true);
        expect(container.getBlobClient("snapshot", of).downloadContent().toString().equals("old"), "as it was");
    }

    private void copy() {
        BlobClient from = container.getBlobClient("from there");
        from.upload(BinaryData.fromString("copy me"));
        BlobClient to = container.getBlobClient("to here");
        to.beginCopy(from.getBlobUrl(), null).waitForCompletion(Duration.ofSeconds(20));
        expect(to.downloadContent().toString().equals("copy me"), "the same");
    }

    private void sas() {
        BlobClient blob = container.getBlobClient("shared access");
        blob.upload(BinaryData.fromString("for you"));
        String sas = blob.generateSas(new BlobServiceSasSignatureValues(
                OffsetDateTime.now(ZoneOffset.UTC).plusHours(1), new BlobSasPermission().setReadPermission(true)));
        BlobClient other = new BlobClientBuilder().endpoint(blob.getBlobUrl()).sasToken(sas).buildClient();
        expect(other.downloadContent().toString().equals("for you"), "it is read");
        fails(403, other::delete);
    }
}
