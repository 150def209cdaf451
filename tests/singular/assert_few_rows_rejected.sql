{{ rejected_share_above('rejected_share_error') }}
