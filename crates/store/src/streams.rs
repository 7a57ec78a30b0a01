//! Redis streams between the spool and the consumers.
//!
//! A stream carries frames: an entry with id `<last>-0` and the fields `p` (last sequence number of the frame
//! before), `n` (how many records) and `b` (the records, encoded as in the spool). The id is the sequence number, so
//! appending again is refused by Redis itself, and a reader that knows how far it came needs no group and no
//! acknowledgement. The chain of `p` shows every reader whether a frame is missing.
//!
//! Redis may lose everything: the spool keeps what is not consumed yet and ships it again.

use crate::error::StoreError;
use redis::{
    Client, Script, Value,
    aio::{ConnectionManager, ConnectionManagerConfig},
};
use std::{sync::LazyLock, time::Duration};

/// Records that travel together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frame {
    /// Last sequence number of the frame before, or where shipping began.
    pub prev: u64,
    /// Last sequence number inside.
    pub last: u64,
    /// How many records are inside; 0 only for an entry that is not one of ours.
    pub count: u32,
    /// The records as the spool encodes them.
    pub bytes: Vec<u8>,
}

/// What a stream holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamState {
    /// The last sequence number ever appended; `None` for a stream that does not exist.
    pub last: Option<u64>,
    /// Frames inside.
    pub frames: u64,
}

/// Whether frames went in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShipOutcome {
    /// All of them are in the stream, from now or from an earlier attempt.
    Shipped(StreamState),
    /// A frame did not follow on what the stream holds; it and the later ones stayed out.
    Refused(StreamState),
}

/// Appends each frame only where the one before it is the newest of the stream, in one step. Numbers are compared as
/// text: Lua's numbers are exact only up to 53 bits.
static SHIP: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local last, len = false, 0
if redis.call('EXISTS', KEYS[1]) == 1 then
    local info = redis.call('XINFO', 'STREAM', KEYS[1])
    for i = 1, #info, 2 do
        if info[i] == 'last-generated-id' then last = string.match(info[i + 1], '^%d+') end
        if info[i] == 'length' then len = info[i + 1] end
    end
    if last == '0' then last = false end
end
for i = 2, #ARGV, 4 do
    local p, l = ARGV[i], ARGV[i + 1]
    if p == (last or ARGV[1]) then
        redis.call('XADD', KEYS[1], l .. '-0', 'p', p, 'n', ARGV[i + 2], 'b', ARGV[i + 3])
        last, len = l, len + 1
    elseif not last or #l > #last or (#l == #last and l > last) then
        return {0, last or '', len}
    end
end
return {1, last or '', len}
",
    )
});

/// Redis as the carrier of streams. Cheap to clone.
#[derive(Clone)]
pub struct Streams {
    client: Client,
    commands: ConnectionManager,
}

/// A connection of its own that may wait for new frames.
pub struct StreamReader {
    conn: ConnectionManager,
}

/// The longest a [`StreamReader`] may be told to wait.
pub const MAX_BLOCK: Duration = Duration::from_secs(5);

fn lazy(client: &Client, answer_within: Duration) -> Result<ConnectionManager, StoreError> {
    // Callers try again by themselves; the manager only has to find its way back when the server is there.
    let config = ConnectionManagerConfig::new()
        .set_number_of_retries(1)
        .set_min_delay(Duration::from_millis(20))
        .set_max_delay(Duration::from_millis(200))
        .set_connection_timeout(Some(Duration::from_secs(1)))
        .set_response_timeout(Some(answer_within));
    Ok(ConnectionManager::new_lazy_with_config(client.clone(), config)?)
}

impl Streams {
    /// Prepares the connection; it is made when first needed, so Redis may be down. Needs a Tokio runtime.
    ///
    /// # Errors
    /// An address that is none.
    pub fn connect(url: &str) -> Result<Self, StoreError> {
        let client = Client::open(url)?;
        let commands = lazy(&client, Duration::from_secs(3))?;
        Ok(Self { client, commands })
    }

    /// Whether Redis answers.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn ping(&self) -> Result<(), StoreError> {
        let mut conn = self.commands.clone();
        Ok(redis::cmd("PING").query_async(&mut conn).await?)
    }

    /// Appends `frames` in one step, each only where its `prev` is the newest number of the stream. A stream that does
    /// not exist is begun only by a frame whose `prev` is `start`. Frames that are in the stream already are skipped.
    ///
    /// # Errors
    /// Redis does not answer or is out of memory: some frames may have gone in, so ask for the state before going on.
    pub async fn ship(
        &self,
        stream: &str,
        start: Option<u64>,
        frames: &[Frame],
    ) -> Result<ShipOutcome, StoreError> {
        let mut call = SHIP.prepare_invoke();
        call.key(stream).arg(start.map(|s| s.to_string()).unwrap_or_default());
        for frame in frames {
            call.arg(frame.prev.to_string())
                .arg(frame.last.to_string())
                .arg(frame.count)
                .arg(frame.bytes.as_slice());
        }
        let mut conn = self.commands.clone();
        let (shipped, last, frames): (bool, String, u64) = call.invoke_async(&mut conn).await?;
        let last = if last.is_empty() {
            None
        } else {
            Some(last.parse().map_err(|e| StoreError::corrupt("stream id", e))?)
        };
        let state = StreamState { last, frames };
        Ok(if shipped { ShipOutcome::Shipped(state) } else { ShipOutcome::Refused(state) })
    }

    /// The newest sequence number and the size of a stream.
    ///
    /// # Errors
    /// Redis does not answer.
    pub async fn state(&self, stream: &str) -> Result<StreamState, StoreError> {
        match self.ship(stream, None, &[]).await? {
            ShipOutcome::Shipped(state) | ShipOutcome::Refused(state) => Ok(state),
        }
    }

    /// The newest sequence number of a stream, also after all its frames were trimmed; `None` if it does not exist.
    ///
    /// # Errors
    /// Redis does not answer.
    pub async fn last_id(&self, stream: &str) -> Result<Option<u64>, StoreError> {
        Ok(self.state(stream).await?.last)
    }

    /// Removes the frames that end before the sequence number `first_kept`.
    ///
    /// # Errors
    /// Redis does not answer.
    pub async fn trim(&self, stream: &str, first_kept: u64) -> Result<u64, StoreError> {
        let mut conn = self.commands.clone();
        Ok(redis::cmd("XTRIM").arg(stream).arg("MINID").arg(first_kept).query_async(&mut conn).await?)
    }

    /// Removes a stream, so that its shipper begins again behind the slowest consumer.
    ///
    /// # Errors
    /// Redis does not answer.
    pub async fn reset(&self, stream: &str) -> Result<(), StoreError> {
        let mut conn = self.commands.clone();
        Ok(redis::cmd("UNLINK").arg(stream).query_async(&mut conn).await?)
    }

    /// Frames that end after `seq`, at most `count`; waits for none.
    ///
    /// # Errors
    /// Redis does not answer.
    pub async fn read_after(&self, stream: &str, seq: u64, count: usize) -> Result<Vec<Frame>, StoreError> {
        read(&mut self.commands.clone(), stream, seq, count, None).await
    }

    /// A connection for waiting reads, which would hold up everybody else on a shared one.
    ///
    /// # Errors
    /// None that is not a mistake in the address.
    pub fn reader(&self) -> Result<StreamReader, StoreError> {
        Ok(StreamReader { conn: lazy(&self.client, MAX_BLOCK + Duration::from_secs(2))? })
    }
}

impl StreamReader {
    /// Frames that end after `seq`, at most `count`. Where there are none, waits for one, at most `wait`
    /// (and never longer than [`MAX_BLOCK`]).
    ///
    /// # Errors
    /// Redis does not answer.
    pub async fn read_after(
        &mut self,
        stream: &str,
        seq: u64,
        count: usize,
        wait: Duration,
    ) -> Result<Vec<Frame>, StoreError> {
        read(&mut self.conn, stream, seq, count, Some(wait.min(MAX_BLOCK))).await
    }
}

async fn read(
    conn: &mut ConnectionManager,
    stream: &str,
    seq: u64,
    count: usize,
    wait: Option<Duration>,
) -> Result<Vec<Frame>, StoreError> {
    let mut command = redis::cmd("XREAD");
    command.arg("COUNT").arg(count);
    if let Some(wait) = wait {
        // 0 would wait for ever.
        command.arg("BLOCK").arg(wait.as_millis().max(1) as u64);
    }
    command.arg("STREAMS").arg(stream).arg(format!("{seq}-0"));
    let reply: Value = command.query_async(conn).await?;
    let entries = match reply {
        Value::Array(mut streams) => match streams.pop() {
            Some(Value::Array(mut one)) => one.pop(),
            _ => None,
        },
        Value::Map(mut streams) => streams.pop().map(|(_, entries)| entries),
        _ => None,
    };
    let Some(Value::Array(entries)) = entries else {
        return Ok(Vec::new());
    };
    entries.into_iter().map(frame).collect()
}

/// Reads one entry. Fields that are missing or no numbers leave a frame without records, which its reader refuses.
fn frame(entry: Value) -> Result<Frame, StoreError> {
    let Value::Array(mut parts) = entry else {
        return Err(StoreError::corrupt("stream entry", "not a list"));
    };
    let (fields, id) = (parts.pop(), parts.pop());
    let id = id.as_ref().and_then(text).unwrap_or_default();
    let last = id.split('-').next().and_then(|n| n.parse().ok());
    let mut frame =
        Frame { last: last.ok_or_else(|| StoreError::corrupt("stream id", id))?, ..Frame::default() };
    let pairs: Vec<(Value, Value)> = match fields {
        Some(Value::Map(pairs)) => pairs,
        Some(Value::Array(flat)) => {
            let mut flat = flat.into_iter();
            std::iter::from_fn(|| Some((flat.next()?, flat.next()?))).collect()
        }
        _ => Vec::new(),
    };
    for (name, value) in pairs {
        match (text(&name), value) {
            (Some("p"), value) => frame.prev = text(&value).and_then(|n| n.parse().ok()).unwrap_or_default(),
            (Some("n"), value) => frame.count = text(&value).and_then(|n| n.parse().ok()).unwrap_or_default(),
            (Some("b"), Value::BulkString(bytes)) => frame.bytes = bytes,
            _ => {}
        }
    }
    Ok(frame)
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::BulkString(bytes) => std::str::from_utf8(bytes).ok(),
        Value::SimpleString(text) => Some(text),
        _ => None,
    }
}
