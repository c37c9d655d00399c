package io.relaygate.dist;

import static io.relaygate.dist.AzureClients.expect;

import com.azure.core.util.Context;
import com.azure.data.tables.TableClient;
import com.azure.data.tables.TableServiceClient;
import com.azure.data.tables.models.ListEntitiesOptions;
import com.azure.data.tables.models.TableEntity;
import com.azure.data.tables.models.TableEntityUpdateMode;
import com.azure.data.tables.models.TableServiceException;
import com.azure.data.tables.models.TableTransactionAction;
import com.azure.data.tables.models.TableTransactionActionType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What can be done with tables. */
final class AzureTableChecks {

    private final TableServiceClient service;
    private final TableClient table;

    AzureTableChecks(TableServiceClient service, String name) {
        this.service = service;
        this.table = service.getTableClient(name);
    }

    void to(Map<String, AzureClients.Check> checks) {
        checks.put("a table is made", () -> service.createTable(table.getTableName()));
        checks.put("tables are listed", () -> expect(service.listTables().stream().anyMatch(each -> each.getName().equals(table.getTableName())), "the list"));
        checks.put("entities are inserted, changed, deleted", this::entities);
        checks.put("an entity under a condition", this::conditions);
        checks.put("25 entities in a batch", this::batch);
        checks.put("a query comes in pages", this::pages);
        checks.put("a table is deleted", table::deleteTable);
    }

    private static TableEntity entity(String partition, String row) {
        return new TableEntity(partition, row).addProperty("N", 1).addProperty("Text", "a'b \u00fc");
    }

    private void entities() {
        table.createEntity(entity("p q", "r (1)'\u00fc"));
        expect(table.getEntity("p q", "r (1)'\u00fc").getProperty("N").equals(1), "the entity");
        table.deleteEntity("p q", "r (1)'\u00fc");
    }

    private void conditions() {
        table.createEntity(entity("p", "r 1"));
        TableEntity known = table.getEntity("p", "r 1");
        expect(known.getProperty("Text").equals("a'b \u00fc"), "the text");
        table.updateEntity(new TableEntity("p", "r 1").addProperty("M", 2L), TableEntityUpdateMode.MERGE);
        expect(table.getEntity("p", "r 1").getProperty("N").equals(1), "merged");
        try {
            table.updateEntityWithResponse(known, TableEntityUpdateMode.REPLACE, true, null, Context.NONE);
            throw new AssertionError("an old ETag was taken");
        } catch (TableServiceException e) {
            expect(e.getResponse().getStatusCode() == 412, "the status " + e.getResponse().getStatusCode());
        }
        table.upsertEntity(new TableEntity("p", "r 1").addProperty("L", true));
        expect(table.listEntities(new ListEntitiesOptions().setFilter("L eq true and PartitionKey eq 'p'"), null, null).stream().count() == 1, "the query");
        table.deleteEntity("p", "r 1");
    }

    private void batch() {
        List<TableTransactionAction> actions = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            actions.add(new TableTransactionAction(TableTransactionActionType.CREATE, entity("batch", "r%02d".formatted(i))));
        }
        expect(table.submitTransaction(actions).getTransactionActionResponses().size() == 25, "as many answers");
        expect(table.getEntity("batch", "r24").getProperty("N").equals(1), "the last");
    }

    private void pages() {
        for (int i = 0; i < 7; i++) {
            table.createEntity(entity("pages", "r" + i));
        }
        List<Integer> pages = new ArrayList<>();
        table.listEntities(new ListEntitiesOptions().setFilter("PartitionKey eq 'pages'").setTop(3), null, null)
                .iterableByPage()
                .forEach(page -> pages.add(page.getValue().size()));
        expect(pages.stream().mapToInt(Integer::intValue).sum() == 7 && pages.getFirst() == 3, "pages of " + pages);
    }
}
