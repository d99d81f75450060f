/* Publish to RabbitMQ in C and wait for the broker's confirms: what any client in another language is measured by.
 *
 * confirms HOST PORT VHOST USER PASSWORD EXCHANGE KEY WINDOW COUNT < body
 *
 * Prints the seconds that COUNT messages took, from the first one published to the last one confirmed. Publishes
 * WINDOW messages, then waits until all of them are confirmed, then goes on: as the relay does.
 */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#if __has_include(<rabbitmq-c/amqp.h>)
#include <rabbitmq-c/amqp.h>
#include <rabbitmq-c/tcp_socket.h>
#else /* before 0.12 */
#include <amqp.h>
#include <amqp_tcp_socket.h>
#endif

enum { CHANNEL = 1, FRAME_BYTES = 131072, HEARTBEAT_SECONDS = 60, BODY_BYTES = 262144 };

static void refuse(const char *what) {
    fprintf(stderr, "%s\n", what);
    exit(1);
}

static void expect(amqp_rpc_reply_t reply, const char *what) {
    if (reply.reply_type != AMQP_RESPONSE_NORMAL) {
        refuse(what);
    }
}

static double now(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static amqp_connection_state_t connect_to(char **arguments) {
    amqp_connection_state_t connection = amqp_new_connection();
    amqp_socket_t *socket = amqp_tcp_socket_new(connection);
    if (!socket || amqp_socket_open(socket, arguments[1], atoi(arguments[2]))) {
        refuse("no connection");
    }
    expect(amqp_login(connection, arguments[3], 0, FRAME_BYTES, HEARTBEAT_SECONDS, AMQP_SASL_METHOD_PLAIN,
                      arguments[4], arguments[5]),
           "not let in");
    amqp_channel_open(connection, CHANNEL);
    expect(amqp_get_rpc_reply(connection), "no channel");
    amqp_confirm_select(connection, CHANNEL);
    expect(amqp_get_rpc_reply(connection), "no confirms");
    return connection;
}

/* Wait until every message up to `last` is confirmed: the broker confirms one, or all up to one, in any order. */
static void wait_for(amqp_connection_state_t connection, uint64_t first, uint64_t last, unsigned char *seen) {
    uint64_t left = last - first + 1;
    memset(seen, 0, left);
    while (left > 0) {
        amqp_frame_t frame;
        amqp_maybe_release_buffers(connection);
        if (amqp_simple_wait_frame(connection, &frame) != AMQP_STATUS_OK || frame.frame_type != AMQP_FRAME_METHOD ||
            frame.payload.method.id != AMQP_BASIC_ACK_METHOD) {
            refuse("not confirmed");
        }
        amqp_basic_ack_t *ack = frame.payload.method.decoded;
        for (uint64_t tag = ack->multiple ? first : ack->delivery_tag; tag <= ack->delivery_tag; tag++) {
            left -= !seen[tag - first];
            seen[tag - first] = 1;
        }
    }
}

int main(int count, char **arguments) {
    static char body[BODY_BYTES];
    if (count != 10) {
        refuse("confirms HOST PORT VHOST USER PASSWORD EXCHANGE KEY WINDOW COUNT < body");
    }
    amqp_bytes_t message = {.len = fread(body, 1, sizeof body, stdin), .bytes = body};
    uint64_t window = strtoull(arguments[8], NULL, 10), total = strtoull(arguments[9], NULL, 10);
    unsigned char *seen = malloc(window);
    amqp_connection_state_t connection = connect_to(arguments);
    amqp_basic_properties_t properties = {
        ._flags = AMQP_BASIC_CONTENT_TYPE_FLAG | AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_MESSAGE_ID_FLAG,
        .content_type = amqp_cstring_bytes("application/cloudevents+json"),
        .delivery_mode = AMQP_DELIVERY_PERSISTENT,
        .message_id = amqp_cstring_bytes("01a20baa-3c1e-7000-8000-000000000000"),
    };
    double began = now();
    for (uint64_t sent = 0; sent < total;) {
        uint64_t first = sent + 1, end = sent + window < total ? sent + window : total;
        for (; sent < end; sent++) {
            if (amqp_basic_publish(connection, CHANNEL, amqp_cstring_bytes(arguments[6]),
                                   amqp_cstring_bytes(arguments[7]), 0, 0, &properties, message)) {
                refuse("not published");
            }
        }
        wait_for(connection, first, end, seen);
    }
    printf("%.6f\n", now() - began);
    amqp_connection_close(connection, AMQP_REPLY_SUCCESS);
    amqp_destroy_connection(connection);
    free(seen);
    return 0;
}
