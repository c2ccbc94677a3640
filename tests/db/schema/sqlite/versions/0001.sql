CREATE TABLE meta (
	name VARCHAR NOT NULL, 
	value VARCHAR NOT NULL, 
	CONSTRAINT pk_meta PRIMARY KEY (name)
);
CREATE TABLE roots (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	path BLOB NOT NULL, 
	display VARCHAR NOT NULL, 
	CONSTRAINT uq_roots_path UNIQUE (path)
);
CREATE TABLE samples (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	audio_hash BLOB NOT NULL, 
	size_bytes INTEGER NOT NULL, 
	created_at INTEGER NOT NULL, 
	n_files INTEGER DEFAULT '0' NOT NULL, 
	caveats VARCHAR DEFAULT '' NOT NULL, 
	bpm REAL, 
	musical_key VARCHAR, 
	pitch_hz REAL, 
	duration_seconds REAL NOT NULL, 
	n_channels INTEGER NOT NULL, 
	sample_rate_hz INTEGER NOT NULL, 
	bit_depth INTEGER, 
	format VARCHAR NOT NULL, 
	peak_dbfs REAL, 
	loudness_lufs REAL, 
	brightness_hz REAL, 
	attack_ms REAL, 
	decay_ms REAL, 
	n_onsets INTEGER NOT NULL, 
	noisiness REAL, 
	stereo_width REAL, 
	silence_before_ms REAL, 
	silence_after_ms REAL, 
	low_share REAL, 
	n_slices INTEGER, 
	CONSTRAINT uq_samples_audio_hash UNIQUE (audio_hash)
);
CREATE TABLE encoders (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	fingerprint VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	revision VARCHAR NOT NULL, 
	dim INTEGER NOT NULL, 
	CONSTRAINT uq_encoders_fingerprint UNIQUE (fingerprint)
);
CREATE TABLE tags (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	facet VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	parent VARCHAR, 
	CONSTRAINT uq_tags_facet_name UNIQUE (facet, name)
);
CREATE TABLE tag_edits (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	summary VARCHAR NOT NULL, 
	changes BLOB NOT NULL
);
CREATE TABLE collections (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	name VARCHAR COLLATE "NOCASE" NOT NULL, 
	created_at INTEGER NOT NULL, 
	CONSTRAINT uq_collections_name UNIQUE (name)
);
CREATE TABLE file_contents (
	file_hash BLOB NOT NULL, 
	size_bytes INTEGER NOT NULL, 
	sample_id INTEGER NOT NULL, 
	CONSTRAINT pk_file_contents PRIMARY KEY (file_hash), 
	CONSTRAINT fk_file_contents_sample_id FOREIGN KEY(sample_id) REFERENCES samples (id) ON DELETE CASCADE
)
 WITHOUT ROWID

;
CREATE TABLE root_links (
	path BLOB NOT NULL, 
	root_id INTEGER NOT NULL, 
	relpath BLOB NOT NULL, 
	display VARCHAR NOT NULL, 
	CONSTRAINT pk_root_links PRIMARY KEY (path), 
	CONSTRAINT fk_root_links_root_id FOREIGN KEY(root_id) REFERENCES roots (id) ON DELETE CASCADE
);
CREATE TABLE files (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	root_id INTEGER NOT NULL, 
	relpath BLOB NOT NULL, 
	size_bytes INTEGER NOT NULL, 
	mtime_ns INTEGER NOT NULL, 
	ctime_ns INTEGER NOT NULL, 
	file_hash BLOB NOT NULL, 
	sample_id INTEGER NOT NULL, 
	first_seen_at INTEGER NOT NULL, 
	folder VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	ext VARCHAR NOT NULL, 
	search_folder VARCHAR NOT NULL, 
	search_name VARCHAR NOT NULL, 
	CONSTRAINT uq_files_root_id_relpath UNIQUE (root_id, relpath), 
	CONSTRAINT fk_files_root_id FOREIGN KEY(root_id) REFERENCES roots (id) ON DELETE CASCADE, 
	CONSTRAINT fk_files_sample_id FOREIGN KEY(sample_id) REFERENCES samples (id) ON DELETE CASCADE
);
CREATE TABLE problems (
	root_id INTEGER NOT NULL, 
	relpath BLOB NOT NULL, 
	size_bytes INTEGER NOT NULL, 
	mtime_ns INTEGER NOT NULL, 
	ctime_ns INTEGER NOT NULL, 
	code VARCHAR NOT NULL, 
	message VARCHAR NOT NULL, 
	seen_at INTEGER NOT NULL, 
	sample_id INTEGER, 
	CONSTRAINT pk_problems PRIMARY KEY (root_id, relpath), 
	CONSTRAINT fk_problems_root_id FOREIGN KEY(root_id) REFERENCES roots (id) ON DELETE CASCADE, 
	CONSTRAINT fk_problems_sample_id FOREIGN KEY(sample_id) REFERENCES samples (id) ON DELETE SET NULL
);
CREATE TABLE embeddings (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	sample_id INTEGER NOT NULL, 
	encoder_id INTEGER NOT NULL, 
	vector BLOB NOT NULL, 
	CONSTRAINT uq_embeddings_sample_id_encoder_id UNIQUE (sample_id, encoder_id), 
	CONSTRAINT fk_embeddings_sample_id FOREIGN KEY(sample_id) REFERENCES samples (id) ON DELETE CASCADE, 
	CONSTRAINT fk_embeddings_encoder_id FOREIGN KEY(encoder_id) REFERENCES encoders (id) ON DELETE CASCADE
);
CREATE TABLE sample_tags (
	sample_id INTEGER NOT NULL, 
	tag_id INTEGER NOT NULL, 
	source INTEGER NOT NULL, 
	confidence REAL NOT NULL, 
	is_effective BOOLEAN DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_sample_tags PRIMARY KEY (sample_id, tag_id, source), 
	CONSTRAINT fk_sample_tags_sample_id FOREIGN KEY(sample_id) REFERENCES samples (id) ON DELETE CASCADE, 
	CONSTRAINT fk_sample_tags_tag_id FOREIGN KEY(tag_id) REFERENCES tags (id) ON DELETE CASCADE
);
CREATE TABLE few_shot_tags (
	tag_id INTEGER NOT NULL, 
	imported VARCHAR NOT NULL, 
	CONSTRAINT pk_few_shot_tags PRIMARY KEY (tag_id), 
	CONSTRAINT fk_few_shot_tags_tag_id FOREIGN KEY(tag_id) REFERENCES tags (id) ON DELETE CASCADE
);
CREATE TABLE tagging_queue (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	sample_id INTEGER NOT NULL, 
	has_new_name BOOLEAN NOT NULL, 
	CONSTRAINT uq_tagging_queue_sample_id UNIQUE (sample_id), 
	CONSTRAINT fk_tagging_queue_sample_id FOREIGN KEY(sample_id) REFERENCES samples (id) ON DELETE CASCADE
);
CREATE TABLE readings (
	sample_id INTEGER NOT NULL, 
	name VARCHAR NOT NULL, 
	source INTEGER NOT NULL, 
	number REAL, 
	text VARCHAR, 
	confidence REAL NOT NULL, 
	CONSTRAINT pk_readings PRIMARY KEY (sample_id, name, source), 
	CONSTRAINT fk_readings_sample_id FOREIGN KEY(sample_id) REFERENCES samples (id) ON DELETE CASCADE
);
CREATE TABLE annotations (
	sample_id INTEGER NOT NULL, 
	stars INTEGER NOT NULL, 
	note VARCHAR NOT NULL, 
	CONSTRAINT pk_annotations PRIMARY KEY (sample_id), 
	CONSTRAINT fk_annotations_sample_id FOREIGN KEY(sample_id) REFERENCES samples (id) ON DELETE CASCADE
);
CREATE TABLE edited_samples (
	sample_id INTEGER NOT NULL, 
	before_id INTEGER NOT NULL, 
	CONSTRAINT pk_edited_samples PRIMARY KEY (sample_id), 
	CONSTRAINT fk_edited_samples_sample_id FOREIGN KEY(sample_id) REFERENCES samples (id) ON DELETE CASCADE, 
	CONSTRAINT fk_edited_samples_before_id FOREIGN KEY(before_id) REFERENCES samples (id) ON DELETE CASCADE
);
CREATE TABLE collection_samples (
	collection_id INTEGER NOT NULL, 
	sample_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	CONSTRAINT pk_collection_samples PRIMARY KEY (collection_id, sample_id), 
	CONSTRAINT fk_collection_samples_collection_id FOREIGN KEY(collection_id) REFERENCES collections (id) ON DELETE CASCADE, 
	CONSTRAINT fk_collection_samples_sample_id FOREIGN KEY(sample_id) REFERENCES samples (id) ON DELETE CASCADE
);
CREATE TABLE map_points (
	encoder_id INTEGER NOT NULL, 
	sample_id INTEGER NOT NULL, 
	x REAL NOT NULL, 
	y REAL NOT NULL, 
	CONSTRAINT pk_map_points PRIMARY KEY (encoder_id, sample_id), 
	CONSTRAINT fk_map_points_encoder_id FOREIGN KEY(encoder_id) REFERENCES encoders (id) ON DELETE CASCADE, 
	CONSTRAINT fk_map_points_sample_id FOREIGN KEY(sample_id) REFERENCES samples (id) ON DELETE CASCADE
);
CREATE TABLE provenances (
	file_id INTEGER NOT NULL, 
	author VARCHAR, 
	license VARCHAR, 
	url VARCHAR, 
	CONSTRAINT pk_provenances PRIMARY KEY (file_id), 
	CONSTRAINT fk_provenances_file_id FOREIGN KEY(file_id) REFERENCES files (id) ON DELETE CASCADE
);
CREATE VIRTUAL TABLE file_names USING fts5(search_folder, search_name, content='files', content_rowid='id', tokenize='trigram');
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
INSERT INTO meta VALUES ('library', 'c17f0e52-5fde-4f77-a7c2-1c265e989ef4');
INSERT INTO meta VALUES ('generation', '9');
INSERT INTO meta VALUES ('encoder', 'tiny-1/8/48000/whole');
INSERT INTO roots VALUES (1, X'2F736F756E6473', '/sounds');
INSERT INTO samples VALUES (1, X'7692C3AD3540BB803C020B3AEE66CD8887123234EA0C6E7143C0ADD73FF431ED', 1000, 1795949449, 2, '', 120.0, 'A#m', 58.3, 0.5, 1, 44100, 16, 'wav', -1.0, -14.0, 900.0, 3.0, 120.0, 1, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO samples VALUES (2, X'3FC4CCFE745870E2C0D99F71F30FF0656C8DEDD41CC1D7D3D376B0DBE685E2F3', 1000, 1795949449, 1, '', NULL, NULL, NULL, 0.5, 1, 44100, 16, 'wav', -1.0, -14.0, 900.0, 3.0, 120.0, 1, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO samples VALUES (3, X'8B5B9DB0C13DB24256C829AA364AA90C6D2EBA318B9232A4AB9313B954D3555F', 1000, 1795949449, 0, '', NULL, NULL, NULL, 0.5, 1, 44100, 16, 'wav', -1.0, -14.0, 900.0, 3.0, 120.0, 1, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO samples VALUES (4, X'1FB9F4097256DB2D7B1E13AFF79CEE44339891A31C556B9CF6093885773B3618', 1000, 1795949449, 0, '', NULL, NULL, NULL, 0.5, 1, 44100, 16, 'wav', -1.0, -14.0, 900.0, 3.0, 120.0, 1, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO encoders VALUES (1, 'tiny-1/8/48000/whole', 'tiny', '1', 8);
INSERT INTO tags VALUES (1, 'type', 'kick', 'drums');
INSERT INTO tags VALUES (2, 'user', 'favourite', NULL);
INSERT INTO tags VALUES (3, 'user', 'dusty', NULL);
INSERT INTO tag_edits VALUES (1, 'Learned dusty', X'7801AB562A494C2F56B252888E562A2D4E2D52D251504A292D2EA90432F24A737262638102C9F979699929A979C9A91095463A0A063A0A66101540B69E0158595A6A797C71467E09D834A002907EA0EEE858A5D8D85A00AF2A1FAD');
INSERT INTO collections VALUES (1, 'Kit', 1795949449);
INSERT INTO file_contents VALUES (X'1FB9F4097256DB2D7B1E13AFF79CEE44339891A31C556B9CF6093885773B3618', 1000, 4);
INSERT INTO file_contents VALUES (X'3FC4CCFE745870E2C0D99F71F30FF0656C8DEDD41CC1D7D3D376B0DBE685E2F3', 1000, 2);
INSERT INTO file_contents VALUES (X'7692C3AD3540BB803C020B3AEE66CD8887123234EA0C6E7143C0ADD73FF431ED', 1000, 1);
INSERT INTO file_contents VALUES (X'8B5B9DB0C13DB24256C829AA364AA90C6D2EBA318B9232A4AB9313B954D3555F', 1000, 3);
INSERT INTO files VALUES (1, 1, X'4B69636B732F6B69636B205B416D5D203132302E776176', 1000, 1, 0, X'7692C3AD3540BB803C020B3AEE66CD8887123234EA0C6E7143C0ADD73FF431ED', 1, 1795949449, 'Kicks', 'kick [Am] 120.wav', 'wav', 'kicks', 'kick [am] 120.wav');
INSERT INTO files VALUES (2, 1, X'FF20636F70792E776176', 1000, 1, 0, X'7692C3AD3540BB803C020B3AEE66CD8887123234EA0C6E7143C0ADD73FF431ED', 1, 1795949449, '', '� copy.wav', 'wav', '', '� copy.wav');
INSERT INTO files VALUES (3, 1, X'7061642E776176', 1000, 1, 0, X'3FC4CCFE745870E2C0D99F71F30FF0656C8DEDD41CC1D7D3D376B0DBE685E2F3', 2, 1795949449, '', 'pad.wav', 'wav', '', 'pad.wav');
INSERT INTO problems VALUES (1, X'62726F6B656E2E776176', 10, 1, 0, 'empty', 'The file is empty.', 1795949449, NULL);
INSERT INTO embeddings VALUES (1, 1, 1, X'CB38A43545B125394C18D433FB2E69AC');
INSERT INTO embeddings VALUES (3, 2, 1, X'08BA39AA572AB2B459260B332D2B4DB8');
INSERT INTO embeddings VALUES (4, 3, 1, X'24B6E8B587A95738F83216AD91AFC038');
INSERT INTO embeddings VALUES (5, 4, 1, X'DDB10CB331B8A6350DB802B714B07533');
INSERT INTO sample_tags VALUES (1, 1, 3, 0.9, 1);
INSERT INTO sample_tags VALUES (1, 2, 6, 1.0, 1);
INSERT INTO sample_tags VALUES (2, 3, 6, 0.0, 0);
INSERT INTO few_shot_tags VALUES (3, '[]');
INSERT INTO tagging_queue VALUES (5, 1, 1);
INSERT INTO tagging_queue VALUES (6, 2, 1);
INSERT INTO tagging_queue VALUES (7, 3, 1);
INSERT INTO tagging_queue VALUES (9, 4, 1);
INSERT INTO readings VALUES (1, 'bpm', 3, 120.0, NULL, 0.9);
INSERT INTO readings VALUES (1, 'key', 4, NULL, 'A#m', 0.4);
INSERT INTO readings VALUES (1, 'pitch', 2, 58.3, NULL, 0.7);
INSERT INTO annotations VALUES (1, 4, 'for the bridge');
INSERT INTO edited_samples VALUES (4, 3);
INSERT INTO collection_samples VALUES (1, 2, 1);
INSERT INTO collection_samples VALUES (1, 1, 2);
INSERT INTO map_points VALUES (1, 1, 0.25, -0.5);
INSERT INTO map_points VALUES (1, 2, 0.5, 1.0);
INSERT INTO alembic_version VALUES ('0001');
INSERT INTO file_names(file_names) VALUES ('rebuild');
CREATE INDEX ix_annotations_stars ON annotations (stars);
CREATE INDEX ix_embeddings_encoder_id ON embeddings (encoder_id);
CREATE INDEX ix_file_contents_size_bytes ON file_contents (size_bytes);
CREATE INDEX ix_files_ext ON files (ext, sample_id);
CREATE INDEX ix_files_root_id ON files (root_id);
CREATE INDEX ix_files_sample_id ON files (sample_id);
CREATE INDEX ix_provenances_license ON provenances (license, file_id);
CREATE INDEX ix_sample_tags_effective ON sample_tags (tag_id, sample_id, is_effective) WHERE is_effective;
CREATE INDEX ix_samples_absent ON samples (id) WHERE n_files = 0;
CREATE INDEX ix_samples_attack_ms ON samples (attack_ms);
CREATE INDEX ix_samples_bit_depth ON samples (bit_depth);
CREATE INDEX ix_samples_bpm ON samples (bpm);
CREATE INDEX ix_samples_brightness_hz ON samples (brightness_hz);
CREATE INDEX ix_samples_decay_ms ON samples (decay_ms);
CREATE INDEX ix_samples_duration_seconds ON samples (duration_seconds);
CREATE INDEX ix_samples_loudness_lufs ON samples (loudness_lufs);
CREATE INDEX ix_samples_low_share ON samples (low_share);
CREATE INDEX ix_samples_musical_key ON samples (musical_key);
CREATE INDEX ix_samples_n_channels ON samples (n_channels);
CREATE INDEX ix_samples_n_onsets ON samples (n_onsets);
CREATE INDEX ix_samples_n_slices ON samples (n_slices);
CREATE INDEX ix_samples_noisiness ON samples (noisiness);
CREATE INDEX ix_samples_peak_dbfs ON samples (peak_dbfs);
CREATE INDEX ix_samples_pitch_hz ON samples (pitch_hz);
CREATE INDEX ix_samples_sample_rate_hz ON samples (sample_rate_hz);
CREATE INDEX ix_samples_silence_after_ms ON samples (silence_after_ms);
CREATE INDEX ix_samples_silence_before_ms ON samples (silence_before_ms);
CREATE INDEX ix_samples_size_bytes ON samples (size_bytes);
CREATE INDEX ix_samples_stereo_width ON samples (stereo_width);
CREATE TRIGGER files_added AFTER INSERT ON files BEGIN INSERT INTO file_names(rowid, search_folder, search_name) VALUES(new.id, new.search_folder, new.search_name); UPDATE samples SET n_files = n_files + 1 WHERE id = new.sample_id; INSERT OR REPLACE INTO tagging_queue (sample_id, has_new_name) VALUES (new.sample_id, 1); END;
CREATE TRIGGER files_removed AFTER DELETE ON files BEGIN INSERT INTO file_names(file_names, rowid, search_folder, search_name) VALUES('delete', old.id, old.search_folder, old.search_name); UPDATE samples SET n_files = n_files - 1 WHERE id = old.sample_id; INSERT OR REPLACE INTO tagging_queue (sample_id, has_new_name) SELECT id, 1 FROM samples WHERE id = old.sample_id AND n_files > 0; END;
CREATE TRIGGER files_renamed AFTER UPDATE OF folder, name ON files WHEN old.folder <> new.folder OR old.name <> new.name BEGIN INSERT INTO file_names(file_names, rowid, search_folder, search_name) VALUES('delete', old.id, old.search_folder, old.search_name); INSERT INTO file_names(rowid, search_folder, search_name) VALUES(new.id, new.search_folder, new.search_name); INSERT OR REPLACE INTO tagging_queue (sample_id, has_new_name) VALUES (new.sample_id, 1); END;
CREATE TRIGGER files_changed AFTER UPDATE OF sample_id ON files BEGIN UPDATE samples SET n_files = n_files - 1 WHERE id = old.sample_id; UPDATE samples SET n_files = n_files + 1 WHERE id = new.sample_id; INSERT OR REPLACE INTO tagging_queue (sample_id, has_new_name) SELECT id, 1 FROM samples WHERE id = old.sample_id AND n_files > 0; INSERT OR REPLACE INTO tagging_queue (sample_id, has_new_name) VALUES (new.sample_id, 1); END;
